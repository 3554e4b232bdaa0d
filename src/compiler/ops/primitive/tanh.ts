// Hyperbolic tangent.
import { pointwise } from '../elementwise.ts'

export const tanh = pointwise('tanh', 'Hyperbolic tangent.')
