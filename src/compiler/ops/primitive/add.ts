// Sum of two tensors with broadcasting.
import { broadcasting } from '../broadcasting.ts'

export const add = broadcasting('add', '`a + b` element by element')
