// A fusion seen as a grid: its nodes and the backbone's levels at (level, stage), and the steps between them.
import type { Backbone, Fusion, FusionEdge, Graph, GraphOutput, NodeId } from '../ir/graph.ts'
import type { Shape } from '../ir/tensor.ts'
import { keptByPart, type KeptShare } from './sparsity.ts'

export interface LatticePoint {
  readonly level: number
  /** Column from 0. */
  readonly stage: number
  readonly node: NodeId
  readonly shape: Shape
  readonly outputs: readonly GraphOutput[]
}

/** From one point to another. `name` is the edge's direction; empty for a step of the backbone. */
export interface LatticeStep {
  readonly name: string
  readonly from: { readonly level: number; readonly stage: number }
  readonly to: { readonly level: number; readonly stage: number }
}

export interface Lattice {
  readonly name: string
  /** What the columns are called, where they are not stages of one family. */
  readonly columns: readonly string[] | undefined
  /** What stages are called that several indices make, such as `1,2`; others are called by their number. */
  readonly stageNames: readonly string[] | undefined
  readonly points: readonly LatticePoint[]
  readonly steps: readonly LatticeStep[]
  /** By part, in order of appearance; empty without sparsity. */
  readonly sparsity: readonly KeptShare[]
  /** Members of the family that have no place on a grid: those without a stage, or without an index. */
  readonly unplaced: number
}

/** Every fusion of the graph, and every backbone that no fusion takes up. */
export function latticesOf(graph: Graph): Lattice[] {
  const taken = new Set<Backbone>()
  const ends = outputsByEnd(graph)
  const lattices = graph.fusions.map((fusion) => {
    const isPlanar = fusion.nodes.some((node) => node.index.length >= 2)
    const backbone = graph.backbones.find((one) => feeds(graph, one, fusion))
    if (backbone !== undefined) taken.add(backbone)
    return isPlanar ? planar(graph, fusion, backbone, ends) : columnar(graph, fusion, backbone, ends)
  })
  const alone = graph.backbones.filter((one) => !taken.has(one)).map((one) => backboneOnly(graph, one, ends))
  return [...alone, ...lattices]
}

type Cell = Pick<LatticePoint, 'level' | 'stage' | 'node'>

/**
 * `node[level, stage]` at its own indices, `node[level, layer, pass]` one stage after the other in the order of what follows the level;
 * the backbone shows as the steps between the nodes that alias its levels.
 */
function planar(graph: Graph, fusion: Fusion, backbone: Backbone | undefined, ends: Ends): Lattice {
  const stageNames = stageNamesOf(fusion)
  const cells = fusion.nodes.flatMap(({ index: [level, ...rest], node }): Cell[] => {
    const [stage] = stageNames === undefined ? rest : [stageNames.indexOf(String(rest))]
    return level === undefined || stage === undefined || stage < 0 ? [] : [{ level, stage, node }]
  })
  const steps = [...fusionSteps(graph, fusion, cells), ...backboneSteps(graph, backbone, cells)]
  return {
    name: fusion.name,
    columns: undefined,
    stageNames,
    points: pointsOf(graph, cells, ends),
    steps,
    sparsity: keptByPart(graph, fusion),
    unplaced: fusion.nodes.length - cells.length,
  }
}

/** All that follows the level in an index, in order, where that is more than one number somewhere. */
function stageNamesOf({ nodes }: Fusion): readonly string[] | undefined {
  const rests = nodes.map(({ index: [, ...rest] }) => rest).filter((rest) => rest.length > 0)
  if (rests.every((rest) => rest.length === 1)) return undefined
  const sorted = rests.toSorted((a, b) => a.map((one, k) => one - (b[k] ?? -1)).find((far) => far !== 0) ?? 0)
  return [...new Set(sorted.map(String))]
}

/** `node[level]`: the backbone's levels in the first column, the fusion's own nodes in the second. */
function columnar(graph: Graph, fusion: Fusion, backbone: Backbone | undefined, ends: Ends): Lattice {
  const levels = backbone === undefined ? [] : levelCells(backbone)
  const known = new Set(levels.map((one) => one.node))
  const stage = backbone === undefined ? 0 : 1
  const own = fusion.nodes.flatMap(({ index: [level], node }): Cell[] =>
    level === undefined || known.has(node) ? [] : [{ level, stage, node }],
  )
  const cells = [...levels, ...own]
  return {
    name: fusion.name,
    columns: backbone === undefined ? [fusion.name] : [backbone.name, fusion.name],
    stageNames: undefined,
    points: pointsOf(graph, cells, ends),
    steps: [...fusionSteps(graph, fusion, cells), ...backboneSteps(graph, backbone, levels)],
    sparsity: keptByPart(graph, fusion),
    unplaced: fusion.nodes.filter((node) => node.index.length === 0).length,
  }
}

function backboneOnly(graph: Graph, backbone: Backbone, ends: Ends): Lattice {
  const cells = levelCells(backbone)
  return {
    name: backbone.name,
    columns: [backbone.name],
    stageNames: undefined,
    points: pointsOf(graph, cells, ends),
    steps: backboneSteps(graph, backbone, cells),
    sparsity: [],
    unplaced: backbone.levels.length - cells.length,
  }
}

function levelCells(backbone: Backbone): Cell[] {
  return backbone.levels.flatMap(({ index: [level, second], node }) =>
    level === undefined || second !== undefined ? [] : [{ level, stage: 0, node }],
  )
}

// ---------------------------------------------------------------- points and outputs

/** The outputs of each member that they are computed from without passing another one, be it of another fusion or backbone. */
type Ends = ReadonlyMap<NodeId, readonly GraphOutput[]>

function outputsByEnd(graph: Graph): Ends {
  const members = [
    ...graph.backbones.flatMap(({ levels }) => levels),
    ...graph.fusions.flatMap(({ nodes }) => nodes),
  ]
  const stops = new Set(members.map(({ node }) => node))
  const outputs = new Map<NodeId, GraphOutput[]>()
  for (const output of graph.outputs) {
    for (const stop of nearest(graph, output.node, stops))
      outputs.set(stop, [...(outputs.get(stop) ?? []), output])
  }
  return outputs
}

function pointsOf(graph: Graph, cells: readonly Cell[], ends: Ends): LatticePoint[] {
  return cells.map((cell) => ({
    ...cell,
    shape: graph.nodes[cell.node]?.type.shape ?? [],
    outputs: ends.get(cell.node) ?? [],
  }))
}

/** The stops that a node is computed from without passing another stop; itself when it is one. */
function nearest(graph: Graph, from: NodeId, stops: ReadonlySet<NodeId>): NodeId[] {
  const seen = new Set([from])
  const found: NodeId[] = []
  for (const id of seen) {
    if (stops.has(id)) found.push(id)
    else for (const input of graph.nodes[id]?.inputs ?? []) seen.add(input)
  }
  return found
}

// ---------------------------------------------------------------- steps

function fusionSteps(graph: Graph, fusion: Fusion, cells: readonly Cell[]): LatticeStep[] {
  const byNode = new Map(cells.map((cell) => [cell.node, cell]))
  const stops = new Set(byNode.keys())
  return fusion.nodes
    .flatMap((node) => {
      const to = byNode.get(node.node)
      if (to === undefined) return []
      return node.edges.flatMap((edge) =>
        edgeSources(graph, edge, stops).map((id) => step(edge.name, byNode.get(id), to)),
      )
    })
    .filter((one) => one !== undefined)
}

function edgeSources(graph: Graph, edge: FusionEdge, stops: ReadonlySet<NodeId>): NodeId[] {
  return nearest(graph, edge.node, stops)
}

function backboneSteps(graph: Graph, backbone: Backbone | undefined, cells: readonly Cell[]): LatticeStep[] {
  if (backbone === undefined) return []
  const levels = new Set(backbone.levels.map((level) => level.node))
  const byNode = new Map(cells.map((cell) => [cell.node, cell]))
  return backbone.levels
    .flatMap(({ node }) => {
      const sources = (graph.nodes[node]?.inputs ?? []).flatMap((input) => nearest(graph, input, levels))
      return [...new Set(sources)].map((id) => step('', byNode.get(id), byNode.get(node)))
    })
    .filter((one) => one !== undefined)
}

function step(name: string, from: Cell | undefined, to: Cell | undefined): LatticeStep | undefined {
  if (from === undefined || to === undefined) return undefined
  return { name, from: { level: from.level, stage: from.stage }, to: { level: to.level, stage: to.stage } }
}

function feeds(graph: Graph, backbone: Backbone, fusion: Fusion): boolean {
  const levels = new Set(backbone.levels.map((level) => level.node))
  const own = new Set(fusion.nodes.map((node) => node.node))
  if ([...levels].some((level) => own.has(level))) return true
  const stops = new Set([...levels, ...own])
  return fusion.nodes.some((node) =>
    node.edges.some((edge) => nearest(graph, edge.node, stops).some((id) => levels.has(id))),
  )
}
