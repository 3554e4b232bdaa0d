// Which modules of a diagram are built alike, so that one picture shows the inside of all of them.
import type { Graph, GraphNode } from '../../ir/graph.ts'
import type { BoxOfNode, DiagramBox } from './model.ts'

export interface Inside {
  /** Box of the first of them, whose inside stands for the others. */
  readonly box: DiagramBox
  /** The others, in order. */
  readonly alike: readonly DiagramBox[]
  readonly operators: number
}

/** Modules of more than one operator, by what is inside them: operators, kernels and strides, and what reads what; not how wide it is. */
export function insidesOf(graph: Graph, boxes: readonly DiagramBox[], boxOfNode: BoxOfNode): Inside[] {
  const members = boxes.map((): GraphNode[] => [])
  for (const node of graph.nodes) members[boxOfNode[node.id] ?? -1]?.push(node)
  const byForm = new Map<string, DiagramBox[]>()
  for (const box of boxes) {
    if (box.kind !== 'module' || box.operators < 2) continue
    const form = formOf(box, members[box.id] ?? [])
    const alike = byForm.get(form)
    if (alike === undefined) byForm.set(form, [box])
    else alike.push(box)
  }
  return [...byForm.values()].flatMap(([box, ...alike]) =>
    box === undefined ? [] : [{ box, alike, operators: box.operators }],
  )
}

function formOf({ path }: DiagramBox, members: readonly GraphNode[]): string {
  const order = new Map(members.map((one, k) => [one.id, k]))
  return JSON.stringify(
    members.map(({ op, origin, attributes, inputs }) => [
      op,
      origin.path.slice(path.length),
      attributes['kernel'],
      attributes['stride'],
      inputs.map((id) => order.get(id) ?? 'outside'),
    ]),
  )
}
