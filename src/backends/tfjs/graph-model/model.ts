// A TensorFlow graph as plain data: the nodes that the lowering makes and the constants that the weights file carries.
import type { NodeId, ParameterId } from '../../../compiler/ir/graph.ts'

/** The operations that are emitted. Each has a kernel in the stock cpu, wasm, webgl and tensorflow backends. */
export type TfOp =
  | 'Placeholder'
  | 'Const'
  | 'Identity'
  | 'OnesLike'
  | 'Reshape'
  | 'Transpose'
  | 'Slice'
  | 'ConcatV2'
  | 'PadV2'
  | 'GatherV2'
  | 'GatherNd'
  | 'Conv2D'
  | '_FusedConv2D'
  | 'DepthwiseConv2dNative'
  | 'MaxPool'
  | 'AvgPool'
  | 'ResizeBilinear'
  | 'ResizeNearestNeighbor'
  | 'MatMul'
  | '_FusedMatMul'
  | 'BatchMatMulV2'
  | 'Mean'
  | 'Sum'
  | 'Max'
  | 'Min'
  | 'AddV2'
  | 'Sub'
  | 'Mul'
  | 'RealDiv'
  | 'Square'
  | 'Floor'
  | 'Round'
  | 'Equal'
  | 'Cast'
  | 'Cumsum'
  | 'Abs'
  | 'Exp'
  | 'Log'
  | 'Sqrt'
  | 'Rsqrt'
  | 'Maximum'
  | 'Minimum'
  | 'Relu'
  | 'Relu6'
  | 'Prelu'
  | 'Elu'
  | 'Sigmoid'
  | 'Tanh'
  | 'Softplus'
  | 'Erf'
  | 'Softmax'

export type TfAttribute =
  | { readonly kind: 'int'; readonly value: number }
  | { readonly kind: 'ints'; readonly values: readonly number[] }
  | { readonly kind: 'bool'; readonly value: boolean }
  | { readonly kind: 'string'; readonly value: string }
  | { readonly kind: 'strings'; readonly values: readonly string[] }
  | { readonly kind: 'shape'; readonly dims: readonly number[] }
  | { readonly kind: 'type'; readonly type: TfType }

export type TfType = 'float' | 'int32' | 'bool'

export const type = (of: TfType): TfAttribute => ({ kind: 'type', type: of })

export type TfAttributes = Readonly<Record<string, TfAttribute>>

export interface TfNode {
  readonly name: string
  /** The Weft node that it computes, or is on the way to. */
  readonly origin: NodeId
  readonly op: TfOp
  /** Of its result; the extent with the batch in it is -1. */
  readonly dims: readonly number[]
  readonly inputs: readonly string[]
  readonly attributes: TfAttributes
}

/** A constant: its place in the manifest. Its bytes are those of its block. */
export interface TfTensor {
  readonly name: string
  readonly dims: readonly number[]
}

/** How a parameter's numbers lie in the file: reshaped to `view`, transposed by `order`, the axes `reversed` turned round. */
export interface Arrangement {
  readonly view: readonly number[]
  readonly order: readonly number[]
  /** Axes of the transposed view. */
  readonly reversed: readonly number[]
  /** Only these kernels are there, block after block, each arranged by itself: then \`view\` is the weight's own shape, and nothing is reversed. */
  readonly blocks?: WeightBlocks
}

export interface WeightBlocks {
  /** Axis of the weight that has the outputs; the other one of the first two has the inputs. */
  readonly outputAxis: 0 | 1
  readonly parts: readonly {
    readonly outputs: readonly [start: number, end: number]
    readonly inputs: readonly number[]
  }[]
}

/** Neighbouring constants of the weights file that are made together, one after the other in its bytes. */
export type TfBlock =
  | { readonly kind: 'int32'; readonly tensors: readonly TfTensor[]; readonly values: readonly number[] }
  | { readonly kind: 'float'; readonly tensors: readonly TfTensor[]; readonly values: readonly number[] }
  | {
      readonly kind: 'parameter'
      readonly tensors: readonly TfTensor[]
      readonly parameter: ParameterId
      readonly arrangement: Arrangement
    }

export interface TfValue {
  readonly name: string
  /** With the batch in front, -1. */
  readonly dims: readonly number[]
}

export interface TfGraph {
  /** In topological order; constants have no nodes of their own here. */
  readonly nodes: readonly TfNode[]
  readonly blocks: readonly TfBlock[]
  readonly inputs: readonly TfValue[]
  readonly outputs: readonly TfValue[]
}

export const elementsOf = (dims: readonly number[]): number => dims.reduce((all, one) => all * one, 1)
