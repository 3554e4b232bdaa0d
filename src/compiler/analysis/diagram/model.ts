// What a picture consists of: boxes for modules, edges with their directions, places on the grids of backbones and fusions.
// Plain data that every picture is made from; it knows nothing of pixels.
import type { Shape } from '../../ir/tensor.ts'
import type { Line } from '../charge.ts'

export type BoxKind = 'input' | 'output' | 'module' | 'operator' | 'port'

/** What one box costs; MACs for a batch of one and the outputs that are not auxiliary, undefined where they depend on a free extent. */
export interface BoxAmounts {
  readonly parameters: number
  readonly effectiveParameters: number
  readonly macs: number | undefined
  /** Without the weights that masks remove. */
  readonly effectiveMacs: number | undefined
}

export interface DiagramBox {
  /** Position in `Diagram.boxes`. */
  readonly id: number
  readonly kind: BoxKind
  /** Module path; the name of an input or output. */
  readonly path: string
  /** `encoder[2]`, `lattice[0,3]`, `conv`. */
  readonly label: string
  /** What it is made of: `UpConv · concat · Unit ×2`; empty for inputs and outputs. */
  readonly summary: string
  /** Of its result, channels first. */
  readonly shape: Shape
  readonly operators: number
  readonly amounts: BoxAmounts
  /** Part of the network's effective MACs at inference, 0 to 1; undefined where that is unknown. */
  readonly share: number | undefined
  readonly place: Line | undefined
  /** An output that is trained and not part of inference, or a module that only such outputs need. */
  readonly aux: boolean
  /** A module that no output reads: it is there for its parameters. */
  readonly unread: boolean
  /** The innermost group around it. */
  readonly group: number | undefined
}

/** Something with boxes inside. */
export interface DiagramGroup {
  readonly id: number
  readonly path: string
  readonly label: string
  /** A backbone or fusion, or what holds one, is no frame of its own: its boxes stand on a grid. */
  readonly kind: 'family' | 'opened'
  readonly group: number | undefined
}

export type EdgeKind = 'fusion' | 'backbone' | 'flow'

/** What passes from one box to another; drawn once, however many tensors pass in that direction. */
export interface DiagramEdge {
  readonly from: number
  readonly to: number
  readonly kind: EdgeKind
  /** `forward`, `upward`, `skip`; `backbone` between the levels of one; `data` for everything else. */
  readonly direction: string
  /** Kept share of the edge's weights, 0 to 1: its own and the columns of the fuse that read it. Undefined where it has none. */
  readonly density: number | undefined
  /** How many channels of what is fused come along it. Undefined where nothing is concatenated. */
  readonly channels: number | undefined
}

export interface Diagram {
  readonly network: string
  readonly boxes: readonly DiagramBox[]
  readonly groups: readonly DiagramGroup[]
  /** In the order of their targets. */
  readonly edges: readonly DiagramEdge[]
  readonly grids: readonly DiagramGrid[]
  /** By operator of the graph: the box that it is drawn in; undefined for those left out. */
  readonly boxOfNode: BoxOfNode
  /** Of the whole network: everything that is trained, and the MACs of inference. */
  readonly amounts: BoxAmounts
}

export type BoxOfNode = readonly (number | undefined)[]

export interface GridCell {
  /** Of a box, or of the opened module that stands in its place. */
  readonly path: string
  readonly level: number
  readonly stage: number
}

export interface DiagramGrid {
  readonly name: string
  /** A triangle of levels and stages; an encoder and a decoder that make a U; or one column. */
  readonly form: 'lattice' | 'u' | 'column'
  /** What the columns are called, where they have names. */
  readonly columns: readonly string[]
  readonly cells: readonly GridCell[]
}
