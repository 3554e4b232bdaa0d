// What one node is computed from, and how one kernel reaches another: the context of every lowering to TensorFlow.js.
import type { Tensor } from '@tensorflow/tfjs-core'
import type { Dim } from '../../compiler/ir/tensor.ts'
import type { LoweringTable } from '../backend.ts'
import type { Activation } from './activation.ts'

/** The backends of TensorFlow.js that Weft knows the mistakes and the speeds of; by the names that `tf.getBackend()` gives. */
export type BackendName = 'tensorflow' | 'wasm' | 'cpu'

export interface Operands {
  /** The values of the node's inputs; for an `input` node, the tensor that was given for it. */
  readonly inputs: readonly Activation[]
  /** In the order of the operator's parameter specs, in the parameters' own shapes: a weight of a convolution is `[out, in, kernel…]`. */
  readonly parameters: readonly Tensor[]
  /** The shape of the result as the compiler inferred it, with its symbols bound and its batch. */
  readonly shape: readonly number[]
  /** 1 where a batch leads the result, else 0: axes in attributes leave it out. */
  readonly lead: 0 | 1
  extentOf(dim: Dim): number
  readonly backend: BackendName
  /** Present while training: dropout and noise draw from `seed`; batch norm uses the batch's statistics and hands the new running ones on. */
  readonly training?: {
    readonly seed: number
    /** By position of the buffer among the node's parameters. */
    readonly moved: (position: number, value: Tensor) => void
    /** Nothing that is trained comes before the node: gradients of its inputs are not asked for. */
    readonly isFirst?: boolean
  }
}

/** One entry for each primitive. */
export type Table = LoweringTable<Operands, Activation>
/** The entries of one file. */
export type Entries<K extends keyof Table> = Pick<Table, K>
