// Swish by the logistic function of lines.
import { pointwise } from '../elementwise.ts'

export const hardSwish = pointwise(
  'hard_swish',
  '`x · hard_sigmoid(x)`: Howard et al., "Searching for MobileNetV3", ICCV 2019.',
)
