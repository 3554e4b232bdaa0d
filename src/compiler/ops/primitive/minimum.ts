// The lesser of two tensors with broadcasting.
import { broadcasting } from '../broadcasting.ts'

export const minimum = broadcasting('minimum', '`min(a, b)` element by element')
