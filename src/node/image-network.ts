// What of images goes into a network, and what comes out.
import type { Graph } from '../compiler/ir/graph.ts'

/** Spatial extents of the network's inputs; checked by `taskProblem`. */
export function patchOf({ nodes, inputs }: Graph): readonly number[] {
  const shape = nodes[inputs[0]?.node ?? -1]?.type.shape ?? []
  return shape.slice(1).map((extent) => (typeof extent === 'number' ? extent : 0))
}

/** The output that is predicted: the first that is not `aux`. */
export function mainOutput({ outputs }: Graph): string {
  return outputs.find(({ aux }) => !aux)?.name ?? ''
}

/** Channels of the main output: classes, by a softmax with the background. */
export function classesOf(graph: Graph): number {
  const output = graph.outputs.find(({ aux }) => !aux)
  const channels = graph.nodes[output?.node ?? -1]?.type.shape[0]
  return typeof channels === 'number' ? channels : 0
}
