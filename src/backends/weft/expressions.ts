// Tensors as expressions: names where a tensor has one, pipes where it is used once, `let` where it is used more often.
import type { Graph, GraphNode, NodeId } from '../../compiler/ir/graph.ts'
import { languageNames } from '../../compiler/semantics/calls/language.ts'
import { consumersOf, cutsOf, homesOf, residentsOf, sameHome, type Home } from './homes.ts'
import { freshName } from './fresh-name.ts'
import { readingOrder } from './order.ts'
import { sharedStages, stagePath, stageText } from './stages.ts'
import type { Tables } from './tables.ts'

/** Everything that turning nodes into text needs to know of the whole graph. */
export interface Writer {
  readonly graph: Graph
  /** All nodes, as they are written. */
  readonly order: readonly NodeId[]
  readonly homes: readonly Home[]
  /** Nodes by the key of their home. */
  readonly residents: ReadonlyMap<string, readonly NodeId[]>
  readonly consumers: readonly (readonly NodeId[])[]
  /** Used once, and named all the same: what makes them is long. */
  readonly cuts: ReadonlySet<NodeId>
  /** Nodes by module path. */
  readonly paths: ReadonlyMap<string, NodeId>
  readonly names: Names
  /** Lines of the blocks that stand before the network. */
  readonly blocks: string[]
  /** Large lists of numbers, which stand before everything else. */
  readonly tables: Tables
  /** `share let` names by the node that made the weights. */
  readonly sharedNames: ReadonlyMap<NodeId, string>
  readonly sharedOwner: ReadonlyMap<NodeId, NodeId>
}

/** What a tensor is called, outside and inside the family that it is a member of. */
interface Names {
  readonly inputs: ReadonlyMap<NodeId, string>
  /** By node: the families it is a member of. A tensor may be both a level and a fusion node. */
  readonly members: ReadonlyMap<NodeId, readonly Member[]>
  readonly lets: Map<NodeId, string>
  readonly taken: Set<string>
}

interface Member {
  readonly kind: 'level' | 'node'
  readonly family: string
  readonly path: string
  readonly index: string
}

const reserved = new Set(
  'import fn block network let share in out input output aux budget assert train for if backbone fusion edge fuse sparsity and or not div true false exists node level'.split(
    ' ',
  ),
)

export function newWriter(graph: Graph): Writer {
  const taken = new Set([...reserved, ...languageNames])
  const inputs = new Map(graph.inputs.map(({ name, node }) => [node, freshName(name, taken)]))
  const members = new Map<NodeId, Member[]>()
  for (const [kind, families] of [
    ['node', graph.fusions],
    ['level', graph.backbones],
  ] as const) {
    for (const family of families) {
      const name = freshName(family.path, taken)
      for (const { index, node } of 'levels' in family ? family.levels : family.nodes) {
        members.set(node, [
          ...(members.get(node) ?? []),
          { kind, family: name, path: family.path, index: index.join(', ') },
        ])
      }
    }
  }
  const order = readingOrder(graph)
  const sharedOwner = sharedStages(graph, order)
  const owners = [...new Set(sharedOwner.values())]
  const sharedNames = new Map(owners.map((id) => [id, freshName(sharedPath(graph, id), taken)]))
  const names: Names = { inputs, members, lets: new Map(), taken }
  const paths = new Map(graph.nodes.map((one) => [one.origin.path, one.id]))
  const cuts = cutsOf(graph)
  const homes = homesOf(graph, cuts, sharedOwner)
  return {
    graph,
    order,
    homes,
    residents: residentsOf(homes, order),
    consumers: consumersOf(graph),
    cuts,
    paths,
    names,
    blocks: [],
    tables: { taken, names: new Map(), lines: [] },
    sharedNames,
    sharedOwner,
  }
}

/** Where the weights of a shared stage were made, without the operator. */
function sharedPath(graph: Graph, id: NodeId): string {
  const weight = graph.nodes[id]?.parameters[0] ?? -1
  return (graph.parameters[weight]?.origin.path ?? 'shared').replace(/\.[^.]*$/, '')
}

/** Gives a tensor the name that a `let` will have. */
export function claimName(writer: Writer, id: NodeId): string {
  const path = stagePath(node(writer, id))
  const home = writer.homes[id]
  const start = home?.kind === 'fuse' || home?.kind === 'edge' ? home.key.length + 1 : 0
  // Without the operator, so that the name stays when the spec is expanded again.
  const name = freshName(
    path.slice(start, Math.max(start, path.lastIndexOf('.'))) || path,
    writer.names.taken,
  )
  writer.names.lets.set(id, name)
  return name
}

/** The name of a family by its module path. */
export function familyName(writer: Writer, path: string): string {
  for (const members of writer.names.members.values()) {
    for (const member of members) if (member.path === path) return member.family
  }
  return path
}

/** How a tensor is named where `at` is written; undefined when it has no name there. */
export function nameOf(writer: Writer, id: NodeId, at: Home): string | undefined {
  const { names } = writer
  const input = names.inputs.get(id)
  if (input !== undefined) return input
  const own = (names.members.get(id) ?? []).find((one) => isInside(one, at))
  if (own !== undefined) return `${own.kind}[${own.index}]`
  const member = names.members.get(id)?.at(-1)
  if (member !== undefined) return `${member.family}[${member.index}]`
  return names.lets.get(id)
}

function isInside(member: Member, at: Home): boolean {
  if (at.kind === 'body') return false
  return at.kind === 'level' ? at.backbone.path === member.path : at.fusion.path === member.path
}

/** Text of one expression, and the `let` lines that must stand before it. */
export interface Written {
  readonly lets: readonly string[]
  readonly text: string
}

/**
 * The expression that makes `result`, as written at `at`. Tensors in `given` stand under their own names (a fuse's edges).
 * A tensor of the same home that is used more than once becomes a `let`.
 */
export function write(
  writer: Writer,
  result: NodeId,
  at: Home,
  given: ReadonlyMap<NodeId, string> = new Map(),
): Written {
  const lets: string[] = []
  const named = (id: NodeId): string | undefined => given.get(id) ?? nameOf(writer, id, at)
  const text = (id: NodeId, isResult: boolean): string => {
    const name = isResult ? given.get(id) : named(id)
    if (name !== undefined) return name
    const chain = pipeline(writer, id, named)
    if (isResult || !needsLet(writer, id)) return render(chain)
    const value = render(chain)
    const claimed = claimName(writer, id)
    lets.push(`let ${claimed} = ${value}`)
    return claimed
  }
  const render = ({ head, stages }: Chain): string =>
    [sourceText(head), ...stages].filter((one) => one !== '').join(' -> ')
  const sourceText = (inputs: readonly NodeId[]): string => {
    const texts = inputs.map((id) => text(id, false))
    return texts.length === 1 ? (texts[0] ?? '') : texts.length === 0 ? '' : `[${texts.join(', ')}]`
  }
  for (const id of letsBefore(writer, result, named)) text(id, false)
  return { text: text(result, true), lets }
}

function needsLet({ consumers, cuts, homes }: Writer, id: NodeId): boolean {
  const uses = consumers[id] ?? []
  return uses.length > 1 || cuts.has(id) || !uses.every((use) => sameHome(homes[use], homes[id]))
}

/** Tensors that become a `let` before `result`, each after those that it needs, without recursion on their number. */
function letsBefore(
  writer: Writer,
  result: NodeId,
  named: (id: NodeId) => string | undefined,
): readonly NodeId[] {
  const found: NodeId[] = []
  const entered = new Set<NodeId>([result])
  const opened = (id: NodeId): { readonly id: NodeId; readonly open: NodeId[] } => ({
    id,
    open: pipeline(writer, id, named).head.filter((input) => named(input) === undefined),
  })
  const stack = [opened(result)]
  for (let top = stack.at(-1); top !== undefined; top = stack.at(-1)) {
    const next = top.open.shift()
    if (next === undefined) {
      stack.pop()
      if (top.id !== result && needsLet(writer, top.id)) found.push(top.id)
    } else if (!entered.has(next)) {
      entered.add(next)
      stack.push(opened(next))
    }
  }
  return found
}

interface Chain {
  readonly head: readonly NodeId[]
  readonly stages: readonly string[]
}

/** Walks back along single uses to the inputs of the first stage, without recursion on the length of the chain. */
function pipeline(writer: Writer, last: NodeId, named: (id: NodeId) => string | undefined): Chain {
  const stages: string[] = []
  let id = last
  for (;;) {
    const here = node(writer, id)
    stages.push(stage(writer, here))
    const [input] = here.inputs
    const onward = here.inputs.length === 1 && input !== undefined && named(input) === undefined
    const single =
      onward &&
      (writer.consumers[input]?.length ?? 0) === 1 &&
      !writer.cuts.has(input) &&
      sameHome(writer.homes[input], writer.homes[id])
    if (!single) return { head: here.inputs, stages: stages.reverse() }
    id = input
  }
}

function stage(writer: Writer, of: GraphNode): string {
  return sharedName(writer, of.id) ?? stageText(writer.graph, of, writer.tables)
}

/** The shared block whose weights a node uses. */
export function sharedName(writer: Writer, id: NodeId): string | undefined {
  const owner = writer.sharedOwner.get(id)
  return owner === undefined ? undefined : writer.sharedNames.get(owner)
}

export function node(writer: Writer, id: NodeId): GraphNode {
  const found = writer.graph.nodes[id]
  if (found === undefined) throw new Error(`no node ${id}`)
  return found
}
