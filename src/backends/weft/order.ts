// The order in which an expansion goes through a graph. It follows from what the graph is and not from the order in which it was built,
// so that expanding an expansion gives the same text.
import type { Graph, NodeId } from '../../compiler/ir/graph.ts'

/** Every node once, each after those that it reads: first what levels need, then edges and nodes of fusions, what is kept, outputs. */
export function readingOrder(graph: Graph): readonly NodeId[] {
  const order: NodeId[] = []
  const entered = new Set<NodeId>()
  const stack: { readonly id: NodeId; readonly open: NodeId[] }[] = []
  const enter = (id: NodeId): void => {
    if (entered.has(id)) return
    entered.add(id)
    stack.push({ id, open: [...(graph.nodes[id]?.inputs ?? [])] })
  }
  for (const root of rootsOf(graph)) {
    enter(root)
    for (let top = stack.at(-1); top !== undefined; top = stack.at(-1)) {
      const next = top.open.shift()
      if (next !== undefined) enter(next)
      else {
        order.push(top.id)
        stack.pop()
      }
    }
  }
  return order
}

function rootsOf({ inputs, backbones, fusions, kept, outputs, nodes }: Graph): readonly NodeId[] {
  return [
    ...inputs.map(({ node }) => node),
    ...backbones.flatMap(({ levels }) => levels.map(({ node }) => node)),
    ...fusions.flatMap((one) =>
      one.nodes.flatMap(({ node, edges }) => [...edges.map((edge) => edge.node), node]),
    ),
    ...kept.flatMap((one) => one.nodes),
    ...outputs.map(({ node }) => node),
    ...nodes.map(({ id }) => id),
  ]
}
