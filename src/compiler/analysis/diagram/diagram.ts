// A network as its papers draw it: boxes for modules, edges with their directions, places on the grids of backbones and
// fusions. Plain data that every picture is made from; it knows nothing of pixels.
import type { Graph } from '../../ir/graph.ts'
import type { Shape } from '../../ir/tensor.ts'
import type { Line, Sources } from '../charge.ts'
import type { CostReport } from '../cost.ts'
import { boxesOf } from './boxes.ts'
import { edgesOf } from './edges.ts'
import { gridsOf, type DiagramGrid } from './grids.ts'
import { Outline, type Opening } from './outline.ts'

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

export interface DiagramOptions {
  /** How far modules are opened: 1 (the default) draws each top-level module and lattice point as one box. */
  readonly depth?: number
  /** Module paths that are opened by one more level each. */
  readonly expand?: readonly string[]
}

/** The diagram of a whole network. Linear in the size of the graph but for the lattices' steps. */
export function diagramOf(
  graph: Graph,
  report: CostReport,
  sources: Sources,
  options: DiagramOptions = {},
): Diagram {
  const opening = { depth: options.depth ?? 1, opened: options.expand ?? [] }
  return drawn(graph, report, sources, opening)
}

/** The inside of one module, operator by operator or one level down; what it reads and feeds are boxes of the kind `port`. */
export function insideOf(
  graph: Graph,
  report: CostReport,
  sources: Sources,
  path: string,
  detail: 'operators' | 'modules',
): Diagram {
  const depth = detail === 'operators' ? Number.MAX_SAFE_INTEGER : 2
  return drawn(graph, report, sources, { depth, opened: [], within: path })
}

function drawn(graph: Graph, report: CostReport, sources: Sources, opening: Opening): Diagram {
  const outline = new Outline(graph, opening)
  const { boxes, groups, boxOfNode } = boxesOf(graph, report, sources, outline)
  return {
    network: graph.network,
    boxes,
    groups,
    edges: edgesOf(graph, outline, boxes, boxOfNode),
    grids: outline.within === undefined ? gridsOf(graph, boxes, groups, boxOfNode) : [],
    boxOfNode,
    amounts: amountsOf(report),
  }
}

function amountsOf({ totals: { training, inference } }: CostReport): BoxAmounts {
  const { parameters, effectiveParameters } = training
  return { parameters, effectiveParameters, macs: inference.macs, effectiveMacs: inference.effectiveMacs }
}

export type BoxOfNode = readonly (number | undefined)[]
