// Sigmoid linear unit, also called swish.
import { pointwise } from '../elementwise.ts'

export const silu = pointwise('silu', '`x · sigmoid(x)`, also called swish.')
