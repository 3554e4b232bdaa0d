// Warnings of `keep` statements that keep nothing: outputs read all of their parameters, or there are none. One that runs may have none.
import { diagnose, problem, type Diagnostic } from '../diagnostics/diagnostic.ts'
import type { Graph, Kept } from '../ir/graph.ts'
import { parametersNeeded, parametersUnder, reachedIn } from './reach.ts'

/** A statement may be met many times, by the members of a family or in each application of a block: it is enough that one keeps something. */
export function keptWarnings(graph: Graph): readonly Diagnostic[] {
  const needed = parametersNeeded(graph, 'all')
  const reached = reachedIn(graph, 'training')
  const byStatement = new Map<string, Kept[]>()
  for (const one of graph.kept) {
    const key = `${one.span.file} ${one.span.start}`
    byStatement.set(key, [...(byStatement.get(key) ?? []), one])
  }
  return [...byStatement.values()].flatMap((all) => {
    const [first] = all
    const nodes = all.flatMap((one) => one.nodes)
    const parameters = parametersUnder(graph, nodes)
    if (first === undefined || [...parameters].some((id) => !needed.has(id))) return []
    if (first.run && nodes.some((id) => reached[id] !== true)) return []
    return [diagnose(problem('keep-in-vain', { path: first.path, parameters: parameters.size }), first.span)]
  })
}
