// Where each node of a graph is written down: in a level of a backbone, an edge or the fuse of a fusion node, or the network's body.
import type {
  Backbone,
  Fusion,
  FusionEdge,
  FusionNode,
  Graph,
  GraphNode,
  NodeId,
} from '../../compiler/ir/graph.ts'

export type Home =
  | { readonly kind: 'body' }
  | { readonly kind: 'level'; readonly backbone: Backbone; readonly key: string }
  | {
      readonly kind: 'edge'
      readonly fusion: Fusion
      readonly node: FusionNode
      readonly edge: FusionEdge
      readonly key: string
    }
  | { readonly kind: 'fuse'; readonly fusion: Fusion; readonly node: FusionNode; readonly key: string }

const body: Home = { kind: 'body' }

/** `skip[0]`, `upward`: an edge as its path and its declaration name it. */
export function edgeName({ name, index }: FusionEdge): string {
  return index.length === 0 ? name : `${name}[${index.join(',')}]`
}

/** What one expression may hold: stages in a row, and lists inside one another. Both are well within what the parser takes. */
const longest = { stages: 200, lists: 12 }

/** Tensors that get a name because the expression that makes them is long enough. */
export function cutsOf(graph: Graph): ReadonlySet<NodeId> {
  const cuts = new Set<NodeId>()
  const consumers = consumersOf(graph)
  const members = new Set([
    ...graph.backbones.flatMap((one) => one.levels.map((level) => level.node)),
    ...graph.fusions.flatMap((one) => one.nodes.map(({ node }) => node)),
  ])
  const nothing = { stages: 0, lists: 0 }
  const made: { readonly stages: number; readonly lists: number }[] = []
  for (const { id, inputs } of graph.nodes) {
    const parts = inputs.map((input) =>
      cuts.has(input) || members.has(input) || (consumers[input]?.length ?? 0) > 1
        ? nothing
        : (made[input] ?? nothing),
    )
    const [first = nothing] = parts
    const lists = parts.reduce((most, one) => Math.max(most, one.lists), 0)
    const size = parts.length === 1 ? { stages: first.stages + 1, lists } : { stages: 1, lists: lists + 1 }
    made.push(size)
    if (!members.has(id) && (size.stages >= longest.stages || size.lists >= longest.lists)) cuts.add(id)
  }
  return cuts
}

/**
 * The home of every node, read off its module path. A backbone holds no names but its levels: what a level uses more than once, and what
 * leads there, is written in the network's body, and so is what a block in a level keeps.
 */
export function homesOf(
  graph: Graph,
  cuts: ReadonlySet<NodeId>,
  shared: ReadonlyMap<NodeId, NodeId>,
): readonly Home[] {
  const byPrefix = prefixes(graph)
  const homes = graph.nodes.map((node) => homeOf(node, byPrefix))
  const consumers = consumersOf(graph)
  if (shared.size > 0)
    for (const fusion of graph.fusions)
      for (const node of fusion.nodes)
        if (node.edges.length > 0) adoptShared({ graph, consumers, shared }, fusion, node, homes)
  const levels = new Set(graph.backbones.flatMap((one) => one.levels.map((level) => level.node)))
  const kept = new Set(graph.kept.flatMap((one) => one.nodes))
  for (let id = homes.length - 1; id >= 0; id--) {
    const home = homes[id]
    if (home?.kind !== 'level' || levels.has(id)) continue
    const uses = consumers[id] ?? []
    if (uses.length > 1 || kept.has(id) || cuts.has(id) || uses.some((use) => homes[use]?.kind === 'body'))
      homes[id] = body
  }
  return homes
}

/**
 * Stages that share their weights have the path of what they share. Those that stand between the edges of a node and its result are of its
 * fuse all the same, as are the stages without weights among them, which nothing else reads.
 */
function adoptShared(whole: Whole, fusion: Fusion, node: FusionNode, homes: Home[]): void {
  const fuse: Home = { kind: 'fuse', fusion, node, key: `${pathOf(fusion, node)}.fuse` }
  const edges = new Set(node.edges.map((edge) => edge.node))
  const isFuse = (id: NodeId): boolean => sameHome(homes[id], fuse)
  const { graph, shared } = whole
  const mayBe = (id: NodeId): boolean =>
    isFuse(id) || (homes[id]?.kind === 'body' && (shared.has(id) || graph.nodes[id]?.parameters.length === 0))
  for (const id of candidatesOf(whole, node.node, edges, mayBe)) {
    const inputs = graph.nodes[id]?.inputs ?? []
    if (inputs.some((input) => edges.has(input) || isFuse(input))) homes[id] = fuse
  }
}

interface Whole {
  readonly graph: Graph
  readonly consumers: readonly (readonly NodeId[])[]
  readonly shared: ReadonlyMap<NodeId, NodeId>
}

/** From the result back to the edges: what may be of the fuse, and has no reader outside of it. In topological order. */
function candidatesOf(
  { consumers }: Whole,
  result: NodeId,
  edges: ReadonlySet<NodeId>,
  mayBe: (id: NodeId) => boolean,
): readonly NodeId[] {
  const first = Math.min(...edges)
  const found = new Set<NodeId>()
  // Descending, so that all readers of a node are decided before it.
  for (let id = result; id > first; id--) {
    const readers = consumers[id] ?? []
    const inside = id === result || (readers.length > 0 && readers.every((use) => found.has(use)))
    if (inside && mayBe(id) && !edges.has(id)) found.add(id)
  }
  return [...found].reverse()
}

const pathOf = (fusion: Fusion, { index }: FusionNode): string => `${fusion.path}.node[${index.join(',')}]`

function prefixes({ backbones, fusions }: Graph): Map<string, Home> {
  const homes = new Map<string, Home>()
  for (const backbone of backbones) {
    for (const { index } of backbone.levels) {
      const key = `${backbone.path}.level[${index.join(',')}]`
      homes.set(key, { kind: 'level', backbone, key })
    }
  }
  for (const fusion of fusions) for (const node of fusion.nodes) addNode(fusion, node, homes)
  return homes
}

function addNode(fusion: Fusion, node: FusionNode, homes: Map<string, Home>): void {
  const path = pathOf(fusion, node)
  homes.set(`${path}.fuse`, { kind: 'fuse', fusion, node, key: `${path}.fuse` })
  for (const edge of node.edges) {
    const key = `${path}.${edgeName(edge)}`
    homes.set(key, { kind: 'edge', fusion, node, edge, key })
  }
}

/** The longest prefix of the node's path that names a level, an edge or a fuse. */
function homeOf({ origin }: GraphNode, byPrefix: ReadonlyMap<string, Home>): Home {
  const { path } = origin
  for (let dot = path.lastIndexOf('.'); dot > 0; dot = path.lastIndexOf('.', dot - 1)) {
    const home = byPrefix.get(path.slice(0, dot))
    if (home !== undefined) return home
  }
  return body
}

/** Whether two nodes are written in the same expression. */
export function sameHome(a: Home | undefined, b: Home | undefined): boolean {
  if (a === undefined || b === undefined) return false
  return a.kind === 'body' || b.kind === 'body' ? a.kind === b.kind : a.key === b.key
}

/** The nodes of each level, edge and fuse in that order, by the key of their home. */
export function residentsOf(
  homes: readonly Home[],
  order: readonly NodeId[],
): ReadonlyMap<string, readonly NodeId[]> {
  const residents = new Map<string, NodeId[]>()
  for (const id of order) {
    const home = homes[id]
    if (home === undefined || home.kind === 'body') continue
    const others = residents.get(home.key)
    if (others === undefined) residents.set(home.key, [id])
    else others.push(id)
  }
  return residents
}

/** Consumers of every node, in order. */
export function consumersOf(graph: Graph): readonly (readonly NodeId[])[] {
  const consumers: NodeId[][] = graph.nodes.map(() => [])
  for (const node of graph.nodes) for (const input of node.inputs) consumers[input]?.push(node.id)
  return consumers
}
