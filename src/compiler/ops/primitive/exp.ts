// Exponential function.
import { pointwise } from '../elementwise.ts'

export const exp = pointwise('exp', 'e to the power `x`. Of a number, `exp(x)` is a number.')
