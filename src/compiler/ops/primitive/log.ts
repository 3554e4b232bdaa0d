// Natural logarithm.
import { pointwise } from '../elementwise.ts'

export const log = pointwise(
  'log',
  'The natural logarithm; the elements have to be positive. Of a number, `log(x)` is a number.',
)
