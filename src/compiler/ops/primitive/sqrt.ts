// Square root.
import { pointwise } from '../elementwise.ts'

export const sqrt = pointwise(
  'sqrt',
  'The square root; the elements must not be negative. Of a number, `sqrt(x)` is a number.',
)
