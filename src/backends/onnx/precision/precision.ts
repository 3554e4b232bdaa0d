// What a file keeps its weights and values in, where that is less than single precision.
import type { OnnxGraph } from '../model.ts'
import { withoutUnusedTensors } from '../passes/pipeline.ts'
import { halfWeights } from './half-weights.ts'
import { quantise } from './quantise.ts'
import type { Ranges } from './quantisation.ts'

export type Precision =
  /** Weights in 16 bits, which runtimes bring back to 32 when they open the file; all else stays as it is. */
  | { readonly kind: 'f16' }
  /** Weights of convolutions in 8 bits, and what convolutions read and give, by the ranges that were seen. */
  | { readonly kind: 'int8'; readonly ranges: Ranges }

export function inPrecision(model: OnnxGraph, precision: Precision): OnnxGraph {
  return withoutUnusedTensors(
    precision.kind === 'f16' ? halfWeights(model) : quantise(model, precision.ranges),
  )
}
