// Which nodes the outputs need.
import type { Graph, NodeId, ParameterId } from '../ir/graph.ts'

/** By node id: reached by any output, and reached by an output that is not auxiliary. */
export interface Reach {
  readonly training: readonly boolean[]
  readonly inference: readonly boolean[]
}

export function reachOf(graph: Graph): Reach {
  return { training: reachedIn(graph, 'training'), inference: reachedIn(graph, 'inference') }
}

/** By node id. */
export function reachedIn(graph: Graph, mode: keyof Reach): boolean[] {
  const asked = mode === 'training' ? graph.outputs : graph.outputs.filter((output) => !output.aux)
  return reachedFrom(
    graph,
    asked.map((output) => output.node),
  )
}

/** The parameters that the outputs read: all of them, or those that are not auxiliary. */
export function parametersNeeded(graph: Graph, outputs: 'inference' | 'all'): ReadonlySet<ParameterId> {
  return parametersOf(graph, reachedIn(graph, outputs === 'all' ? 'training' : 'inference'))
}

/** The parameters that these nodes are computed from. */
export function parametersUnder(graph: Graph, nodes: readonly NodeId[]): ReadonlySet<ParameterId> {
  return parametersOf(graph, reachedFrom(graph, nodes))
}

function parametersOf(graph: Graph, reached: readonly boolean[]): ReadonlySet<ParameterId> {
  const needed = new Set<ParameterId>()
  for (const node of graph.nodes)
    if (reached[node.id] === true) for (const id of node.parameters) needed.add(id)
  return needed
}

/** By node id: computed by the network as published, for an output or to be thrown away. */
export function runIn({ training }: Reach, graph: Graph): readonly boolean[] {
  const thrown = graph.kept.filter((one) => one.run).flatMap((one) => one.nodes)
  if (thrown.length === 0) return training
  const reached = reachedFrom(graph, thrown)
  return training.map((needed, id) => needed || reached[id] === true)
}

/** One sweep from the end: a node's inputs have smaller ids. */
function reachedFrom(graph: Graph, roots: readonly number[]): boolean[] {
  const reached = graph.nodes.map(() => false)
  for (const root of roots) reached[root] = true
  for (let id = graph.nodes.length - 1; id >= 0; id -= 1) {
    if (reached[id] === true) for (const input of graph.nodes[id]?.inputs ?? []) reached[input] = true
  }
  return reached
}
