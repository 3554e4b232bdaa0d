// The tensor graph: frozen, in topological order, every node with its origin. Plain data; no node knows its consumers.
import type { IndexBinding } from '../diagnostics/diagnostic.ts'
import type { Init } from '../ops/op.ts'
import type { PrimitiveName } from '../ops/registry.ts'
import type { Plain } from '../ops/attrs.ts'
import type { Span } from '../text/source.ts'
import type { Dim, TensorType } from './tensor.ts'

/** Position in `Graph.nodes`; a node's inputs have smaller ids. */
export type NodeId = number
/** Position in `Graph.parameters`. */
export type ParameterId = number

/** Where something came from. */
export interface Origin {
  /** The operator call itself. */
  readonly span: Span
  /** The calls that led there, outermost first: the last one inside the user's own file is the line a report charges. */
  readonly calls: readonly Span[]
  /** `lattice.node[2,3].fuse.Unit[0].conv`: names tensors in every report and backend. */
  readonly path: string
  readonly indices: readonly IndexBinding[]
}

export interface GraphNode {
  readonly id: NodeId
  readonly op: PrimitiveName
  /** Explicit attributes; `AttributesOf<op>`. */
  readonly attributes: Readonly<Record<string, unknown>>
  readonly inputs: readonly NodeId[]
  /** In the order of the operator's parameter specs. */
  readonly parameters: readonly ParameterId[]
  readonly type: TensorType
  readonly origin: Origin
}

/** The density that a fusion's `sparsity` demands of a convolution weight. */
export interface Coverage {
  /** Index in `Graph.fusions`. */
  readonly fusion: number
  readonly density: number
}

/**
 * Which weights of a convolution live or die together: each alone, those of a kernel (one input channel to one output channel), the
 * kernels from one input channel to a block of output channels, or all that read an input channel.
 */
export type Granularity = 'weight' | 'kernel' | 'block' | 'channel'

/** How the outputs of a weight are cut into blocks that each have inputs of their own. The blocks of `channel` are whole groups. */
export interface Blocks {
  /** Axis of the weight that has the output channels: 0, or 1 where the convolution is transposed. */
  readonly outputAxis: 0 | 1
  /** Of the convolution. */
  readonly groups: number
  /** Output channels of a block; the last one of a group has fewer where they do not divide. */
  readonly outs: number
  /** Of all groups. */
  readonly count: number
  /** Input channels of a group. */
  readonly inputs: number
  /** Of them, those that each block keeps. */
  readonly fanIn: number
}

/** Which connections of a weight are kept: `kept` of `total`. */
export interface Mask {
  readonly granularity: Granularity
  /** As demanded; `kept / total` is what rounding makes of it. */
  readonly density: number
  readonly kept: number
  readonly total: number
  /** Weights that lie together in memory and belong to one connection: all of it, or one of its kernels where there are `blocks`. */
  readonly elements: number
  /** Where a connection has several kernels. */
  readonly blocks?: Blocks
  /** Index in `Graph.fusions`. */
  readonly fusion: number
}

export interface Parameter {
  readonly id: ParameterId
  /** Module path and name: `encoder.level[0].Unit[0].conv.weight`. Unique. */
  readonly path: string
  readonly name: string
  readonly shape: readonly number[]
  readonly init: Init
  readonly buffer: boolean
  readonly coverage?: Coverage
  readonly mask?: Mask
  readonly origin: Origin
}

export interface GraphOutput {
  /** `logits`, `ds[1]`. */
  readonly name: string
  readonly node: NodeId
  /** Trained, not part of inference. */
  readonly aux: boolean
  readonly span: Span
}

export interface GraphInput {
  readonly name: string
  readonly node: NodeId
}

export interface BackboneLevel {
  readonly index: readonly number[]
  readonly node: NodeId
  /** Input extent over level extent, per spatial axis; undefined where it is not whole. */
  readonly stride: readonly (number | undefined)[]
}

export interface Backbone {
  readonly name: string
  /** Module path: the name, after that of the block it stands in. */
  readonly path: string
  readonly levels: readonly BackboneLevel[]
}

export interface FusionEdge {
  /** The direction: `forward`, `upward`, `skip`. */
  readonly name: string
  /** Of an edge family; empty otherwise. */
  readonly index: readonly number[]
  /** The tensor that the edge brings into the fuse. */
  readonly node: NodeId
  /** Fusion nodes that the edge reads, by index. */
  readonly sources: readonly (readonly number[])[]
  /** Backbone levels that the edge reads. */
  readonly levels: readonly { readonly backbone: string; readonly index: readonly number[] }[]
  /** Which channels of the fused (concatenated) input came from this edge: half-open. Absent where the fuse does not begin with a concat. */
  readonly channels?: readonly [number, number]
}

export interface FusionNode {
  readonly index: readonly number[]
  readonly node: NodeId
  /** Empty for nodes that are another tensor (`node[i, 0] = encoder[i]`). */
  readonly edges: readonly FusionEdge[]
  readonly span: Span
}

export interface SparsitySetting {
  readonly granularity: Granularity
  /** Output channels that share their inputs; only where connections are blocks. */
  readonly outs?: number
  readonly init: 'uniform' | 'erk'
  /** Rate and decay of the drop fraction. */
  readonly drop?: {
    readonly score: 'l1'
    readonly rate: number
    readonly decay: 'constant' | 'cosine'
    readonly to: number
  }
  readonly grow?: 'random' | 'gradient'
  /** Steps between topology updates. */
  readonly every?: number
}

export interface Fusion {
  readonly name: string
  /** Module path: the name, after that of the block it stands in. */
  readonly path: string
  readonly nodes: readonly FusionNode[]
  readonly sparsity?: SparsitySetting
}

/** What a `keep` names: built for its parameters, which count and are in checkpoints whether or not an output reads them. */
export interface Kept {
  /** Module path: the name, after that of the block it stands in. */
  readonly path: string
  readonly nodes: readonly NodeId[]
  /** The network as published computes it too, and throws it away. */
  readonly run: boolean
  readonly span: Span
}

/** One `budget` line, its limit evaluated. */
export interface Budget {
  readonly metric: 'params' | 'macs' | 'memory'
  /** Dense counts instead of the effective (sparse) ones. */
  readonly dense: boolean
  /** `memory(training, batch = 2)`: which totals; params and macs default to training and inference respectively. */
  readonly mode?: 'training' | 'inference'
  readonly batch?: number
  readonly limit: number
  readonly span: Span
}

/** One application of a declared block: what the operators below its path were written as. */
export interface BlockCall {
  /** Module path: `encoder.level[0].Unit[1]`. */
  readonly path: string
  readonly block: string
  /** Where the block is declared: blocks of one name may be of several files. */
  readonly declared: Span
  readonly doc?: string
  /** What it was applied to. */
  readonly inputs: readonly NodeId[]
  /** The names that the block gives to that; none for a block in one expression. */
  readonly names: readonly string[]
  /** Parameters whose values are data and were needed, in declared order. */
  readonly arguments: readonly { readonly name: string; readonly value: Plain }[]
  /** It arranges blocks that every caller has to give, as `Repeat` does. */
  readonly combines: boolean
}

/** A network with its arguments in place. */
export interface Graph {
  readonly network: string
  readonly doc?: string
  /** Every parameter of the network with the value in force, in declared order. */
  readonly arguments: readonly { readonly name: string; readonly value: Plain }[]
  readonly inputs: readonly GraphInput[]
  readonly outputs: readonly GraphOutput[]
  readonly nodes: readonly GraphNode[]
  readonly parameters: readonly Parameter[]
  readonly backbones: readonly Backbone[]
  readonly fusions: readonly Fusion[]
  readonly kept: readonly Kept[]
  /** In the order in which they were applied. */
  readonly blocks: readonly BlockCall[]
  readonly budgets: readonly Budget[]
}

export type { Dim }
