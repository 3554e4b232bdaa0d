// Absolute value.
import { pointwise } from '../elementwise.ts'

export const abs = pointwise('abs', 'The absolute value. Of a number, `abs(x)` is a number.')
