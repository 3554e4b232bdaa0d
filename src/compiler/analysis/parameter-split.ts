// Parameters by what becomes of them: registered, trained, executed at inference, kept by masks; and those that nothing reads.
import type { Graph, Parameter } from '../ir/graph.ts'
import { elementCount, keptCount } from './cost.ts'
import { parametersNeeded } from './reach.ts'

export interface ParameterSplit {
  /** All trainable parameters that the network has: `sum(p.numel() for p in model.parameters())`. */
  readonly registered: number
  /** Running statistics and such, not trained. */
  readonly buffers: number
  /** Reached by some output, so that training changes them. */
  readonly trained: number
  /** Reached by an output without `aux`. */
  readonly inference: number
  /** Of `inference`, what masks keep. */
  readonly nonzero: number
  /** In no output's reach, yet saved with every checkpoint. */
  readonly dead: readonly Parameter[]
}

export function parameterSplit(graph: Graph): ParameterSplit {
  const trained = parametersNeeded(graph, 'all')
  const inferred = parametersNeeded(graph, 'inference')
  const weights = graph.parameters.filter((one) => !one.buffer)
  const sum = (list: readonly Parameter[], count: (one: Parameter) => number): number =>
    list.reduce((total, one) => total + count(one), 0)
  const sizeOf = (one: Parameter): number => elementCount(one.shape)
  const executed = weights.filter((one) => inferred.has(one.id))
  return {
    registered: sum(weights, sizeOf),
    buffers: sum(
      graph.parameters.filter((one) => one.buffer),
      sizeOf,
    ),
    trained: sum(
      weights.filter((one) => trained.has(one.id)),
      sizeOf,
    ),
    inference: sum(executed, sizeOf),
    nonzero: sum(executed, keptCount),
    dead: weights.filter((one) => !trained.has(one.id)),
  }
}
