// The weights that belong to the edges of a fusion: those of an edge's own operators, and its columns of the weight that reads what is fused.
import type { FusionEdge, FusionNode, Graph, GraphNode, NodeId } from '../ir/graph.ts'
import { elementCount, keptCount, parameterAt } from './cost.ts'

/** Elements of weights; where several edges share a weight, what its mask keeps is shared by their channels, as expected of a random mask. */
export interface EdgeWeights {
  readonly kept: number
  readonly total: number
}

/** One edge of a fusion's node, in the graph. */
export interface EdgeInto {
  readonly edge: FusionEdge
  /** Where tensors from elsewhere enter the edge's own operators: from, to. */
  readonly crossings: readonly (readonly [NodeId, NodeId])[]
  /** Operators of the fuse that read what the edge brings. */
  readonly readers: readonly NodeId[]
  readonly weights: EdgeWeights
}

/** By node id: the operators that read it. */
export function consumersOf(graph: Graph): readonly NodeId[][] {
  const consumers: NodeId[][] = graph.nodes.map(() => [])
  for (const node of graph.nodes) for (const input of node.inputs) consumers[input]?.push(node.id)
  return consumers
}

/** The edges of a fusion's node with the module path `path`. */
export function edgesInto(
  graph: Graph,
  path: string,
  node: FusionNode,
  consumers: readonly NodeId[][],
): EdgeInto[] {
  const inside = `${path}.`
  const walks = node.edges.map((edge) => ({ edge, walk: walkBack(graph, edge.node, inside) }))
  const own = new Set(walks.flatMap(({ walk }) => [...walk.own]))
  return walks.map(({ edge, walk }) => {
    const readers = (consumers[edge.node] ?? []).filter(
      (id) => !own.has(id) && isInside(graph.nodes[id], inside),
    )
    const weights = weightsOf(graph, { edge, walk, readers }, consumers, inside)
    return { edge, crossings: walk.crossings, readers, weights }
  })
}

interface Walk {
  /** The edge's own operators. */
  readonly own: ReadonlySet<NodeId>
  readonly crossings: EdgeInto['crossings']
}

/** From the tensor that an edge brings, back to where it enters the fusion's node. */
function walkBack(graph: Graph, from: NodeId, inside: string): Walk {
  const own = new Set<NodeId>(isInside(graph.nodes[from], inside) ? [from] : [])
  const crossings: (readonly [NodeId, NodeId])[] = []
  for (const id of own)
    for (const input of graph.nodes[id]?.inputs ?? []) {
      if (isInside(graph.nodes[input], inside)) own.add(input)
      else crossings.push([input, id])
    }
  return { own, crossings }
}

const isInside = (node: GraphNode | undefined, inside: string): boolean =>
  node?.origin.path.startsWith(inside) === true

interface Read {
  readonly edge: FusionEdge
  readonly walk: Walk
  readonly readers: readonly NodeId[]
}

/** Of the edge's own operators, and its part of the fuse's first weight: the columns that read the edge's channels. */
function weightsOf(
  graph: Graph,
  { edge, walk, readers }: Read,
  consumers: readonly NodeId[][],
  inside: string,
): EdgeWeights {
  const weights = { kept: 0, total: 0 }
  for (const id of walk.own) addWeights(graph, id, 1, weights)
  const [joined] = readers
  if (edge.channels === undefined || joined === undefined) return weights
  const channels = graph.nodes[joined]?.type.shape[0]
  if (typeof channels !== 'number' || channels === 0) return weights
  const reader = firstWeighted(graph, joined, consumers, inside)
  if (reader !== undefined)
    addWeights(graph, reader, (edge.channels[1] - edge.channels[0]) / channels, weights)
  return weights
}

function addWeights(graph: Graph, id: NodeId, part: number, weights: { kept: number; total: number }): void {
  for (const at of graph.nodes[id]?.parameters ?? []) {
    const parameter = parameterAt(graph, at)
    if (parameter.buffer || parameter.shape.length < 2) continue
    weights.kept += part * keptCount(parameter)
    weights.total += part * elementCount(parameter.shape)
  }
}

/** The first operator with a weight on the way from here, inside the node. */
function firstWeighted(
  graph: Graph,
  from: NodeId,
  consumers: readonly NodeId[][],
  inside: string,
): NodeId | undefined {
  const ahead = new Set([from])
  for (const id of ahead) {
    const node = graph.nodes[id]
    if (!isInside(node, inside)) continue
    if (node?.parameters.some((at) => parameterAt(graph, at).shape.length > 1) === true) return id
    for (const next of consumers[id] ?? []) ahead.add(next)
  }
  return undefined
}
