// What sparse fusions keep, by fusion and by the part of their nodes that the weights belong to: each edge direction, and the fuse.
import type { Fusion, Granularity, Graph, NodeId } from '../ir/graph.ts'
import { plus } from './amounts.ts'
import { consumersOf, edgesInto } from './edge-weights.ts'
import { elementCount, keptCount, type CostReport, type NodeCost } from './cost.ts'

/** One edge direction of a fusion (`upward`), or its `fuse`, over all nodes. Counts are those of training. */
export interface PartSparsity {
  readonly part: string
  /** Weights with a mask, of all weights. */
  readonly maskedWeights: number
  readonly weights: number
  /** Kept connections, of all that masks cover: as the fusion's `granularity` says. */
  readonly kept: number
  readonly connections: number
  readonly parameters: number
  readonly effectiveParameters: number
  /** Undefined where they depend on a symbolic extent. */
  readonly macs: number | undefined
  readonly effectiveMacs: number | undefined
}

/** All edges of one direction: what they bring into the fuses, and how dense the weights are that they pass through. */
export interface DirectionSparsity {
  readonly direction: string
  readonly edges: number
  /** Brought into what is fused, summed over the edges; 0 where the fuse does not begin with a concat. */
  readonly channels: number
  /** Elements of the edges' own weights, and of the columns that read their channels in the first weight of the fuse. */
  readonly weights: number
  /** Of them, kept: as expected where a mask covers the columns of several edges. */
  readonly keptWeights: number
}

export interface KeptShare {
  /** `upward`, `fuse`: the part of the nodes that the weights belong to. */
  readonly part: string
  readonly kept: number
  readonly total: number
}

export interface FusionSparsity {
  /** Module path of the fusion. */
  readonly path: string
  readonly granularity: Granularity
  /** Output channels of a block; only where connections are blocks. */
  readonly outs?: number
  readonly init: 'uniform' | 'erk'
  readonly parts: readonly PartSparsity[]
  /** In order of appearance. */
  readonly directions: readonly DirectionSparsity[]
}

type Draft = { -readonly [K in keyof PartSparsity]: PartSparsity[K] }

/** The fusions with a `sparsity` and weights that it may be about, each with its parts in order of appearance. */
export function sparsityOf(graph: Graph, report: CostReport): FusionSparsity[] {
  const consumers = consumersOf(graph)
  return graph.fusions.flatMap((fusion) => {
    const { path, sparsity } = fusion
    if (sparsity === undefined) return []
    const { granularity, outs, init } = sparsity
    const parts = partsOf(graph, report, path)
    return parts.length === 0
      ? []
      : [
          {
            path,
            granularity,
            ...(outs === undefined ? {} : { outs }),
            init,
            parts,
            directions: directionsOf(graph, fusion, consumers),
          },
        ]
  })
}

/** Kept connections of a fusion by part, of the weights with a mask of its own; in order of appearance. */
export function keptByPart(graph: Graph, fusion: Fusion): KeptShare[] {
  const index = graph.fusions.indexOf(fusion)
  const shares = new Map<string, KeptShare>()
  for (const { path, mask } of graph.parameters) {
    const part = mask?.fusion === index ? partOf(path, fusion.path) : undefined
    if (mask === undefined || part === undefined) continue
    const { kept, total } = shares.get(part) ?? { kept: 0, total: 0 }
    shares.set(part, { part, kept: kept + mask.kept, total: total + mask.total })
  }
  return [...shares.values()]
}

function partsOf(graph: Graph, report: CostReport, fusion: string): PartSparsity[] {
  const parts = new Map<string, Draft>()
  const at = (part: string): Draft => {
    const known = parts.get(part) ?? empty(part)
    parts.set(part, known)
    return known
  }
  for (const one of report.nodes) {
    const part = partOf(one.path, fusion)
    if (part !== undefined) count(at(part), one)
  }
  for (const { path, shape, buffer, mask } of graph.parameters) {
    const part = partOf(path, fusion)
    if (part === undefined || buffer) continue
    const draft = at(part)
    draft.weights += 1
    draft.parameters += elementCount(shape)
    draft.effectiveParameters += mask === undefined ? elementCount(shape) : keptCount({ shape, mask })
    if (mask === undefined) continue
    draft.maskedWeights += 1
    draft.kept += mask.kept
    draft.connections += mask.total
  }
  return [...parts.values()].filter((one) => one.parameters > 0 || one.macs !== 0)
}

function directionsOf(graph: Graph, fusion: Fusion, consumers: readonly NodeId[][]): DirectionSparsity[] {
  const directions = new Map<string, DirectionSparsity>()
  for (const node of fusion.nodes) {
    const path = `${fusion.path}.node[${node.index.join(',')}]`
    for (const { edge, weights } of edgesInto(graph, path, node, consumers)) {
      const [from, to] = edge.channels ?? [0, 0]
      const before = directions.get(edge.name)
      directions.set(edge.name, {
        direction: edge.name,
        edges: (before?.edges ?? 0) + 1,
        channels: (before?.channels ?? 0) + to - from,
        weights: (before?.weights ?? 0) + weights.total,
        keptWeights: (before?.keptWeights ?? 0) + weights.kept,
      })
    }
  }
  // Shares of a mask by channels are fractions.
  return [...directions.values()].map((one) => ({
    ...one,
    weights: Math.round(one.weights),
    keptWeights: Math.round(one.keptWeights),
  }))
}

/** `lattice.node[2,3].upward.conv_transpose` belongs to `upward`; an edge family's members (`skip[0]`) to the family. */
function partOf(path: string, fusion: string): string | undefined {
  if (!path.startsWith('.node[', fusion.length) || !path.startsWith(fusion)) return undefined
  const start = path.indexOf('.', fusion.length + 1) + 1
  if (start === 0) return undefined
  const dot = path.indexOf('.', start)
  const part = dot === -1 ? path.slice(start) : path.slice(start, dot)
  const bracket = part.indexOf('[')
  return bracket === -1 ? part : part.slice(0, bracket)
}

function empty(part: string): Draft {
  return {
    part,
    maskedWeights: 0,
    weights: 0,
    kept: 0,
    connections: 0,
    parameters: 0,
    effectiveParameters: 0,
    macs: 0,
    effectiveMacs: 0,
  }
}

function count(draft: Draft, { training, macs, effectiveMacs }: NodeCost): void {
  if (!training) return
  draft.macs = plus(draft.macs, macs)
  draft.effectiveMacs = plus(draft.effectiveMacs, effectiveMacs)
}
