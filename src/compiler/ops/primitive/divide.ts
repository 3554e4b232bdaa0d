// Quotient of two tensors with broadcasting.
import { broadcasting } from '../broadcasting.ts'

export const divide = broadcasting('divide', '`a / b` element by element')
