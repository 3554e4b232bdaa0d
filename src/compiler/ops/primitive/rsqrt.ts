// One over the square root.
import { pointwise } from '../elementwise.ts'

export const rsqrt = pointwise('rsqrt', '`1 / sqrt(x)`; the elements have to be positive.')
