// Nodes read some of what they read through another node, which stands before the first of them: a cast of a weight, a quantised value.
import type { OnnxGraph } from '../model.ts'
import { distinct } from '../passes/derived-tensors.ts'
import { Replacement } from '../passes/rewrite.ts'

/** `through` drafts what is read instead of a value, or leaves it as it is. It is asked once for each. */
export function readThrough(
  graph: OnnxGraph,
  through: (name: string, draft: Replacement) => string | undefined,
): OnnxGraph {
  const instead = new Map<string, string>()
  const tensors = [...graph.tensors]
  const nodes = graph.nodes.flatMap((node) => {
    const before = node.inputs.flatMap((name) => {
      if (name === '' || instead.has(name)) return []
      const draft = new Replacement(node, { prefix: name })
      instead.set(name, through(name, draft) ?? name)
      tensors.push(...draft.tensors)
      return draft.nodes
    })
    return [...before, { ...node, inputs: node.inputs.map((name) => instead.get(name) ?? name) }]
  })
  return { ...graph, nodes, tensors: distinct(tensors) }
}
