// Nodes whose result says nothing of the image: norms over a single value, pools with windows that lie in padding only.
import type { Graph, GraphNode } from '../ir/graph.ts'
import { extentAt } from '../ir/bounds.ts'
import { type Shape } from '../ir/tensor.ts'
import type { CostInput, EmptyWindow, Statistic } from '../ops/op.ts'
import { primitiveOf } from '../ops/registry.ts'

export interface BlindNorm {
  readonly kind: 'norm'
  readonly node: GraphNode
  readonly statistic: Statistic
}

export interface BlindPool {
  readonly kind: 'pool'
  readonly node: GraphNode
  readonly window: EmptyWindow
}

/** The norms and pools of a graph whose extents are known, in order. A batch is that of training; inference takes stored statistics. */
export function blindNodes(graph: Graph, batch?: number): readonly (BlindNorm | BlindPool)[] {
  return graph.nodes.flatMap((node) => {
    const shapes = [node.type.shape, ...inputShapes(graph, node)]
    return shapes.every(isKnown) ? blindness(graph, node, 1, batch) : []
  })
}

/** Values that share a mean in training: those of one sample, or of a batch. */
export function sharedValues({ values, acrossBatch }: Statistic, batch = Infinity): number {
  return acrossBatch ? values * batch : values
}

/** The greatest count of multiples that is tried: no network strides that far. */
const greatestMultiples = 64

/**
 * How many multiples every free extent has to be so that no node is blind for want of them: 1 where each size that is allowed will do,
 * undefined where extents are no remedy.
 */
export function leastMultiples(graph: Graph): number | undefined {
  const free = graph.nodes.filter((node) => !inputShapes(graph, node).every(isKnown))
  for (let multiples = 1; multiples <= greatestMultiples; multiples++)
    if (free.every((node) => blindness(graph, node, multiples, undefined).length === 0)) return multiples
  return undefined
}

/** How many values share a mean in the norm that has fewest of each sample; undefined where the graph has none, or its extents are free. */
export function fewestNormed(graph: Graph): number | undefined {
  const counts = graph.nodes.flatMap((node) => {
    const found = statisticOf(graph, node)
    return found === undefined || found.acrossBatch ? [] : [found.values]
  })
  return counts.length === 0 ? undefined : Math.min(...counts)
}

/** The values that share a mean in a norm; undefined of any other node, and where extents are free. */
export function statisticOf(graph: Graph, node: GraphNode): Statistic | undefined {
  if (![node.type.shape, ...inputShapes(graph, node)].every(isKnown)) return undefined
  return primitiveOf(node.op).statistic?.(applicationOf(graph, node, 1))
}

function blindness(
  graph: Graph,
  node: GraphNode,
  multiples: number,
  batch: number | undefined,
): readonly (BlindNorm | BlindPool)[] {
  const op = primitiveOf(node.op)
  if (op.statistic === undefined && op.emptyWindow === undefined) return []
  const application = applicationOf(graph, node, multiples)
  const statistic = op.statistic?.(application)
  if (statistic !== undefined)
    return sharedValues(statistic, batch) === 1 ? [{ kind: 'norm', node, statistic }] : []
  const window = op.emptyWindow?.(application)
  return window === undefined ? [] : [{ kind: 'pool', node, window }]
}

function applicationOf(
  graph: Graph,
  node: GraphNode,
  multiples: number,
): CostInput<Readonly<Record<string, unknown>>> {
  const at = (shape: Shape): Shape => shape.map((extent) => extentAt(extent, multiples))
  return {
    attributes: node.attributes,
    inputs: inputShapes(graph, node).map(at),
    output: at(node.type.shape),
    parameters: node.parameters.flatMap((id) => graph.parameters[id] ?? []),
  }
}

const isKnown = (shape: Shape): boolean => shape.every((extent) => typeof extent === 'number')

function inputShapes(graph: Graph, { inputs }: GraphNode): Shape[] {
  return inputs.map((id) => graph.nodes[id]?.type.shape ?? [])
}
