// Rectifier with a ceiling.
import { pointwise } from '../elementwise.ts'

export const relu6 = pointwise('relu6', '`min(max(x, 0), 6)`.')
