// Difference of two tensors with broadcasting.
import { broadcasting } from '../broadcasting.ts'

export const sub = broadcasting('sub', '`a - b` element by element')
