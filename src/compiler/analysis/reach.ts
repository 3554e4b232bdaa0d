// Which nodes the outputs need.
import type { Graph, ParameterId } from '../ir/graph.ts'

/** By node id: reached by any output, and reached by an output that is not auxiliary. */
export interface Reach {
  readonly training: readonly boolean[]
  readonly inference: readonly boolean[]
}

export function reachOf(graph: Graph): Reach {
  const inferred = graph.outputs.filter((output) => !output.aux)
  return {
    training: reachedFrom(
      graph,
      graph.outputs.map((output) => output.node),
    ),
    inference: reachedFrom(
      graph,
      inferred.map((output) => output.node),
    ),
  }
}

/** The parameters that the outputs read: all of them, or those that are not auxiliary. */
export function parametersNeeded(graph: Graph, outputs: 'inference' | 'all'): ReadonlySet<ParameterId> {
  const reached = reachOf(graph)[outputs === 'all' ? 'training' : 'inference']
  return new Set(graph.nodes.flatMap((node) => (reached[node.id] === true ? node.parameters : [])))
}

/** One sweep from the end: a node's inputs have smaller ids. */
function reachedFrom(graph: Graph, roots: readonly number[]): boolean[] {
  const reached = graph.nodes.map(() => false)
  for (const root of roots) reached[root] = true
  for (const node of graph.nodes.toReversed()) {
    if (reached[node.id] === true) for (const input of node.inputs) reached[input] = true
  }
  return reached
}
