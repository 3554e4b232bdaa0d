// The numbers of parameters, as backends ask for them: one parameter at a time, so that no more than one has to be in memory.
import type { Problem } from '../compiler/diagnostics/diagnostic.ts'
import type { Parameter } from '../compiler/ir/graph.ts'

/** Elements in row-major order. Backends emit single precision; the reference interpreter computes in double precision. */
export type Numbers = Float32Array | Float64Array

/** Gives the numbers of each parameter and buffer of one graph. */
export interface Weights {
  /** In the parameter's own shape and layout (`Parameter.shape`); what is wrong with a file's tensor is a problem. */
  numbersOf(parameter: Parameter): Numbers | Problem
}
