// The module tree of a graph: scopes by their paths, and which of them can be a class that is called: what is inside is computed in one go.
import type { BlockCall, Graph, GraphNode, NodeId } from '../../compiler/ir/graph.ts'

export interface Scope {
  /** `encoder`, `level[0]`, `Unit[1]`; empty for the network. */
  readonly segment: string
  readonly path: string
  readonly parent: Scope | undefined
  readonly children: Map<string, Scope>
  /** The operator, where the scope is one. */
  node?: GraphNode
  readonly block: BlockCall | undefined
  /** The operators in it, in order. */
  readonly nodes: NodeId[]
}

/** The scopes of a graph's operators; inputs are outside. */
export function scopesOf(graph: Graph): Scope {
  const blocks = new Map(graph.blocks.map((block) => [block.path, block]))
  const make = (segment: string, path: string, parent: Scope | undefined): Scope => ({
    segment,
    path,
    parent,
    children: new Map(),
    block: blocks.get(path),
    nodes: [],
  })
  const root = make('', '', undefined)
  for (const node of graph.nodes) {
    if (node.op === 'input') continue
    root.nodes.push(node.id)
    let at = root
    for (const segment of node.origin.path.split('.')) {
      let next = at.children.get(segment)
      if (next === undefined) {
        next = make(segment, at.path === '' ? segment : `${at.path}.${segment}`, at)
        at.children.set(segment, next)
      }
      next.nodes.push(node.id)
      at = next
    }
    at.node = node
  }
  return root
}

/** Where tensors enter and leave a set of operators. */
export interface Boundary {
  /** Tensors from outside, in the order of first use. */
  readonly inputs: readonly NodeId[]
  /** Tensors that something outside uses, in order. */
  readonly outputs: readonly NodeId[]
}

/** What uses each node; the network's outputs are uses by `outside`. */
export interface Uses {
  readonly consumers: readonly (readonly NodeId[])[]
  readonly returned: ReadonlySet<NodeId>
}

export function usesOf(graph: Graph): Uses {
  const consumers: NodeId[][] = graph.nodes.map(() => [])
  for (const node of graph.nodes) for (const input of new Set(node.inputs)) consumers[input]?.push(node.id)
  return { consumers, returned: new Set(graph.outputs.map(({ node }) => node)) }
}

export function boundaryOf(graph: Graph, uses: Uses, nodes: readonly NodeId[]): Boundary {
  const inside = new Set(nodes)
  const inputs = new Set<NodeId>()
  const outputs: NodeId[] = []
  const unread: NodeId[] = []
  for (const id of nodes) {
    for (const input of graph.nodes[id]?.inputs ?? []) if (!inside.has(input)) inputs.add(input)
    const readers = uses.consumers[id] ?? []
    if (uses.returned.has(id) || readers.some((use) => !inside.has(use))) outputs.push(id)
    else if (readers.length === 0) unread.push(id)
  }
  // Where nothing is read, it is kept for its parameters, and the last of it is its result.
  return { inputs: [...inputs], outputs: outputs.length > 0 ? outputs : unread.slice(-1) }
}

/** Where a node's parameters are made, as the path of an operator; undefined where it has none. */
export function ownerOf(graph: Graph, node: GraphNode): string | undefined {
  const [first] = node.parameters
  const parameter = first === undefined ? undefined : graph.parameters[first]
  return parameter === undefined ? undefined : parameter.origin.path
}

/**
 * The path whose parameters a scope uses: its own, or that of the first use where its block is shared. Undefined where some of them are from
 * elsewhere: such a scope is no class of its own.
 */
export function baseOf(graph: Graph, scope: Scope): string | undefined {
  const owned = scope.nodes.flatMap((id) => {
    const node = graph.nodes[id]
    const owner = node === undefined ? undefined : ownerOf(graph, node)
    return node === undefined || owner === undefined ? [] : [{ path: node.origin.path, owner }]
  })
  const [first] = owned
  if (first === undefined) return scope.path
  const inside = first.path.slice(scope.path.length)
  if (!first.owner.endsWith(inside)) return undefined
  const base = first.owner.slice(0, first.owner.length - inside.length)
  return owned.every(({ owner }) => isWithin(owner, base)) ? base : undefined
}

export const isWithin = (path: string, base: string): boolean =>
  base === '' || path === base || path.startsWith(`${base}.`)
