// Mean over axes, such as a global average pool.
import { reduction, type ReductionAttributes } from '../reduction.ts'

export type MeanAttributes = ReductionAttributes

export const mean = reduction('mean', 'Mean over axes; over the spatial ones it is a global average pool.')
