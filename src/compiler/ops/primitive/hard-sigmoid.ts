// Logistic function by lines.
import { pointwise } from '../elementwise.ts'

export const hardSigmoid = pointwise(
  'hard_sigmoid',
  '`min(max(x + 3, 0), 6) / 6`: the sigmoid by three lines.',
)
