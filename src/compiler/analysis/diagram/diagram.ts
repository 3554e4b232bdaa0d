// A network as its papers draw it, whole or the inside of one module.
import type { Graph } from '../../ir/graph.ts'
import type { Sources } from '../charge.ts'
import type { CostReport } from '../cost.ts'
import { boxesOf } from './boxes.ts'
import { edgesOf } from './edges.ts'
import { gridsOf } from './grids.ts'
import type { BoxAmounts, Diagram } from './model.ts'
import { Outline, type Opening } from './outline.ts'

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
