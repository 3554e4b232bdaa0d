// What an exported model runs, as its backend counts it.
import type { NodeId } from '../compiler/ir/graph.ts'

export interface ExecutedModel {
  /** Multiply-accumulates of one image at inference, by the Weft node that they compute; undefined where an extent is free. */
  readonly macs: ReadonlyMap<NodeId, number | undefined>
  /** Numbers of weights in the files. */
  readonly weights: number
}
