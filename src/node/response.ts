// Whether an output would have shown a mistake: for another image it has to be another one.
import { blindNodes } from '../compiler/analysis/blind.ts'
import type { Graph, GraphNode, NodeId } from '../compiler/ir/graph.ts'
import type { Comparison } from './comparison.ts'
import { deviation } from './deviation.ts'
import { defaultTolerance, leastResponse } from './tolerances.ts'
import type { Doubt } from './verification.ts'

/** The first output that another image leaves where it is. */
export function responseDoubt({ compiled: { graph }, given, other, options }: Comparison): Doubt | undefined {
  if (graph.inputs.length === 0) return undefined
  for (const { name, node } of graph.outputs) {
    const [first, second] = [given.get(name), other.get(name)]
    if (first === undefined || second === undefined) continue
    const { relative } = deviation({ shape: first.shape, data: Float64Array.from(first.data) }, second)
    if (relative > leastResponse * (options.tolerance ?? defaultTolerance)) continue
    const norm = blindNormBefore(graph, node)
    const place = norm === undefined ? {} : { node: norm.id, path: norm.origin.path }
    return { kind: 'unresponsive', output: name, ...place }
  }
  return undefined
}

/** The last norm over a single value that an output depends on. */
function blindNormBefore(graph: Graph, output: NodeId): GraphNode | undefined {
  const reached = new Set([output])
  for (const { id, inputs } of graph.nodes.toReversed())
    if (reached.has(id)) for (const input of inputs) reached.add(input)
  return blindNodes(graph).findLast(({ kind, node }) => kind === 'norm' && reached.has(node.id))?.node
}
