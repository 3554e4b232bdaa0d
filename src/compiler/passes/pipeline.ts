// The passes of every compilation, in order; the graph is verified before the first and after each.
import type { Graph } from '../ir/graph.ts'
import { verify } from '../ir/verify.ts'
import { assignMasks } from './assign-masks.ts'

export interface Pass {
  readonly name: string
  run(graph: Graph): Graph
}

export const passes: readonly Pass[] = [{ name: 'assign-masks', run: assignMasks }]

/** Runs the passes. A graph that breaks an invariant is a fault of the compiler: it throws, naming the pass. */
export function runPasses(graph: Graph, list: readonly Pass[] = passes): Graph {
  verify(graph, 'elaboration')
  return list.reduce((before, pass) => {
    const after = pass.run(before)
    verify(after, pass.name, before)
    return after
  }, graph)
}
