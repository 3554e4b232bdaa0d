// Logistic function.
import { pointwise } from '../elementwise.ts'

export const sigmoid = pointwise('sigmoid', '`1 / (1 + exp(-x))`.')
