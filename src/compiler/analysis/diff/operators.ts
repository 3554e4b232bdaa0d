// Operators that are on both sides: which explicit attributes differ, and which read other tensors.
import type { Graph, GraphNode, NodeId } from '../../ir/graph.ts'
import { parameterAt } from '../cost.ts'
import type { NamedChange, OperatorChange, WiringChange } from './document.ts'
import { counterpart, type Matching } from './match.ts'
import { nodeAt, showValue } from './show.ts'

export function operatorChanges(a: Graph, b: Graph, matching: Matching): OperatorChange[] {
  return pairsOf(matching).flatMap(({ before, after, isAlike }) => {
    // Inputs are told by their names.
    if (after.op === 'input' || (isAlike && sameDensities(a, before, b, after))) return []
    const changes = attributeChanges(a, before, b, after)
    return changes.length === 0 ? [] : [{ path: after.origin.path, operator: after.op, changes }]
  })
}

interface Pair {
  readonly before: GraphNode
  readonly after: GraphNode
  /** Their attributes and shapes are equal. */
  readonly isAlike: boolean
}

/** Operators of both sides, in the order of B. */
function pairsOf({ b, toA }: Matching): Pair[] {
  return b.byNode.flatMap((module): Pair[] => {
    const other = toA.get(module)
    return module.node === undefined || other?.node === undefined
      ? []
      : [{ before: other.node, after: module.node, isAlike: module.exact === other.exact }]
  })
}

function sameDensities(a: Graph, before: GraphNode, b: Graph, after: GraphNode): boolean {
  const [old, now] = [before.parameters, after.parameters]
  const densityOf = (graph: Graph, id: number | undefined): number | undefined =>
    graph.parameters[id ?? -1]?.mask?.density
  return old.length === now.length && old.every((id, at) => densityOf(a, id) === densityOf(b, now[at]))
}
function attributeChanges(a: Graph, before: GraphNode, b: Graph, after: GraphNode): NamedChange[] {
  const [old, now] = [attributesOf(a, before), attributesOf(b, after)]
  return [...new Set([...old.keys(), ...now.keys()])].flatMap((name) => {
    const [a, b] = [old.get(name), now.get(name)]
    if (a === b) return []
    const from = firstDifference(a ?? '', b ?? '')
    return [{ name, before: excerpt(a, from), after: excerpt(b, from) }]
  })
}

function firstDifference(a: string, b: string): number {
  let at = 0
  while (at < a.length && a[at] === b[at]) at++
  return at
}

/** As much of an attribute as people compare. */
const mostShown = 200

/** Tables of indices run to a hundred thousand numbers: what is shown of them begins shortly before the first that differs. */
function excerpt(text: string | undefined, difference: number): string | null {
  if (text === undefined || text.length <= mostShown) return text ?? null
  const start = Math.max(0, difference - mostShown / 4)
  const end = start + mostShown
  return `${start > 0 ? '…' : ''}${text.slice(start, end)}${end < text.length ? '…' : ''}`
}

/** The explicit attributes, and the density of each masked weight. */
function attributesOf(graph: Graph, node: GraphNode): Map<string, string> {
  const found = new Map<string, string>()
  for (const [name, value] of Object.entries(node.attributes)) found.set(name, showValue(value))
  for (const id of node.parameters) {
    const { name, mask } = parameterAt(graph, id)
    if (mask !== undefined) found.set(`density of ${name}`, densityText(mask.density))
  }
  return found
}

/** 1 - 80 % is 0.2, whatever floating point makes of it. */
function densityText(density: number): string {
  return String(Number(density.toPrecision(6)))
}

/** Whether another part of the comparison tells already that the operator reads other tensors. */
export type Explained = (before: GraphNode, after: GraphNode) => boolean

export function wiringChanges(a: Graph, b: Graph, matching: Matching, explained: Explained): WiringChange[] {
  const [readsA, readsB] = [new Reads(a, matching, 'a'), new Reads(b, matching, 'b')]
  return pairsOf(matching).flatMap(({ before, after }) => {
    if (sameKeys(readsA.of(before), readsB.of(after)) || explained(before, after)) return []
    const [old, now] = [new Set(before.inputs), new Set(after.inputs)]
    const lost = before.inputs.filter((id) => !has(now, counterpart(matching, id, 'a')))
    const gained = after.inputs.filter((id) => !has(old, counterpart(matching, id, 'b')))
    // The same tensors in another order.
    const isOrder = lost.length === 0 && gained.length === 0
    return [
      {
        path: after.origin.path,
        lost: pathsOf(a, isOrder ? before.inputs : lost),
        gained: pathsOf(b, isOrder ? after.inputs : gained),
      },
    ]
  })
}

function has(ids: ReadonlySet<NodeId>, id: NodeId | undefined): boolean {
  return id !== undefined && ids.has(id)
}

function pathsOf(graph: Graph, ids: readonly NodeId[]): string[] {
  return ids.map((id) => nodeAt(graph, id).origin.path)
}

/** Equal for one operator of both sides: its id in A; below zero, and never equal, for what only one side has. */
type ReadKey = number

function sameKeys(a: readonly ReadKey[], b: readonly ReadKey[]): boolean {
  return a.length === b.length && a.every((key, at) => key === b[at])
}

/**
 * What operators read on one side, in terms of operators that both sides have: what is only here is looked through, so that
 * a reader does not change because something was put before it.
 */
class Reads {
  /** By node id: what a reader of it reads. */
  readonly #through: (readonly ReadKey[])[] = []

  constructor(graph: Graph, matching: Matching, side: 'a' | 'b') {
    const lone = (id: NodeId): ReadKey => (side === 'a' ? -1 - 2 * id : -2 - 2 * id)
    // A node's inputs have smaller ids.
    for (const node of graph.nodes) {
      const { id } = node
      const other = counterpart(matching, id, side)
      if (other === undefined && node.inputs.length > 0) this.#through.push(this.of(node))
      else if (other === undefined) this.#through.push([lone(id)])
      else this.#through.push([side === 'a' ? id : other])
    }
  }

  of({ inputs }: GraphNode): readonly ReadKey[] {
    const all = inputs.map((id) => this.#through[id] ?? [])
    const [first = []] = all
    return all.length <= 1 ? first : [...new Set(all.flat())]
  }
}
