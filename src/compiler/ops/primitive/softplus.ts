// Smooth rectifier.
import { pointwise } from '../elementwise.ts'

export const softplus = pointwise('softplus', '`log(1 + exp(x))`.')
