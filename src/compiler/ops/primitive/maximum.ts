// The greater of two tensors with broadcasting.
import { broadcasting } from '../broadcasting.ts'

export const maximum = broadcasting('maximum', '`max(a, b)` element by element')
