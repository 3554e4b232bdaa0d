// Rectifier.
import { pointwise } from '../elementwise.ts'

export const relu = pointwise('relu', '`max(x, 0)`.')
