// Product of two tensors, element by element, with broadcasting.
import { broadcasting } from '../broadcasting.ts'

export const mul = broadcasting('mul', '`a · b` element by element')
