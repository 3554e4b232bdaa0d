// The ONNX graph as a small tree of plain data, before it becomes protobuf: what the lowering makes, passes rewrite and the writer prints.
import type { Problem } from '../../compiler/diagnostics/diagnostic.ts'
import type { NodeId, ParameterId } from '../../compiler/ir/graph.ts'
import type { TensorType } from '../../compiler/ir/tensor.ts'
import type { Numbers } from '../../weights/weights.ts'
import type { OnnxOp } from './opsets.ts'

export type OnnxAttribute =
  | { readonly kind: 'int'; readonly value: number }
  | { readonly kind: 'ints'; readonly values: readonly number[] }
  | { readonly kind: 'float'; readonly value: number }
  | { readonly kind: 'string'; readonly value: string }

export type OnnxAttributes = Readonly<Record<string, OnnxAttribute>>

export interface OnnxNode {
  /** The module path; nodes that only prepare for another have its path, `/` and what they do. */
  readonly name: string
  readonly op: OnnxOp
  /** Names of values and tensors; an input that is left out is the empty name. */
  readonly inputs: readonly string[]
  readonly outputs: readonly string[]
  readonly attributes: OnnxAttributes
  /** The Weft node that it computes, alone or with others. */
  readonly origin: NodeId
  /**
   * Its value is one of many alike that are needed for a moment each. The file does not say their shapes: a runtime that knows them plans to keep
   * the memory of each for the next alike, and then has all of them at once (ONNX Runtime 1.30: nnU-Net at 64³ 1070 MiB instead of 660).
   */
  readonly isBrief?: boolean
}

/** Types of elements, as ONNX calls them. */
export type ElementType = 'float' | 'float16' | 'int8' | 'int32' | 'int64'

/** A tensor that the file carries (an initializer). */
export interface OnnxTensor {
  readonly name: string
  readonly shape: readonly number[]
  readonly content:
    | { readonly kind: 'float' | 'int8' | 'int32' | 'int64'; readonly values: readonly number[] }
    | ParameterContent
}

/** A parameter of the network, or what a pass makes of one; `numbers` reads it when it is written. */
export interface ParameterContent {
  readonly kind: 'parameter'
  readonly parameter: ParameterId
  /** What they are written as. Default: `float`. Numbers for a whole type are whole, and within its range. */
  readonly as?: 'float16' | 'int8' | 'int32'
  numbers(): Numbers | Problem
}

export function elementsOf({ content }: OnnxTensor): ElementType {
  return content.kind === 'parameter' ? (content.as ?? 'float') : content.kind
}

export interface OnnxValue {
  readonly name: string
  readonly type: TensorType
}

export interface OnnxGraph {
  readonly opset: number
  /** In topological order. */
  readonly nodes: readonly OnnxNode[]
  readonly tensors: readonly OnnxTensor[]
  readonly inputs: readonly OnnxValue[]
  readonly outputs: readonly OnnxValue[]
  /** Types of the values that are whole Weft nodes, by value name. */
  readonly types: ReadonlyMap<string, TensorType>
  /** Which value holds the result of a Weft node; nodes that a pass computes together with others have none. */
  readonly valueOf: ReadonlyMap<NodeId, string>
  /** While passes run: which of its channels the value of a Weft node has, where nobody reads the others. */
  readonly kept?: ReadonlyMap<NodeId, readonly number[]>
  /** Afterwards: values that have some channels of a node alone, which `valueOf` has not. */
  readonly parts?: ReadonlyMap<NodeId, ValuePart>
}

export interface ValuePart {
  readonly name: string
  /** In order. */
  readonly channels: readonly number[]
}

export const int = (value: number): OnnxAttribute => ({ kind: 'int', value })
export const ints = (values: readonly number[]): OnnxAttribute => ({ kind: 'ints', values })
export const float = (value: number): OnnxAttribute => ({ kind: 'float', value })
export const string = (value: string): OnnxAttribute => ({ kind: 'string', value })

/** A list attribute of numbers. */
export function intsOf({ attributes }: OnnxNode, name: string): readonly number[] {
  const found = attributes[name]
  return found?.kind === 'ints' ? found.values : []
}

export function intOf({ attributes }: OnnxNode, name: string, absent: number): number {
  const found = attributes[name]
  return found?.kind === 'int' ? found.value : absent
}
