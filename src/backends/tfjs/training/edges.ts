// What the topology of a sparse fusion means for its edges: the share of connections that each direction keeps in the convolution that fuses.
import type {
  Fusion,
  FusionEdge,
  FusionNode,
  Graph,
  GraphNode,
  Parameter,
} from '../../../compiler/ir/graph.ts'
import { pointwise, type PrimitiveName } from '../../../compiler/ops/registry.ts'
import type { TopologyRecord } from '../../../data/history.ts'

type EdgeShare = TopologyRecord['edges'][number]

/** What lies between a concat and the convolution that reads it and keeps the order of channels. */
const channelwise: ReadonlySet<PrimitiveName> = new Set<PrimitiveName>([
  'shift',
  'dropout',
  'gaussian_noise',
  'instance_norm',
  'batch_norm',
  'group_norm',
  ...pointwise,
  'prelu',
  'avg_pool',
  'max_pool',
  'resize',
])

/** The convolution that reads what a fused node's edges bring in, and where each edge's channels lie in it. */
export interface FuseConvolution {
  readonly fusion: string
  readonly node: readonly number[]
  readonly parameter: Parameter
  /** Of the convolution. */
  readonly groups: number
  readonly edges: readonly { readonly edge: string; readonly channels: readonly [number, number] }[]
}

/**
 * Of every fused node whose fuse begins with a concat of its edges, the first sparse convolution that reads the concat, directly or
 * through operators that keep channels apart (E2ENet's depth shift). Its input channels say which edge a connection belongs to, which is
 * what the paper's figures of the fusion count; weights on the edges themselves (E2ENet's transposed convolutions) are no part of it.
 * Nodes without such a convolution are left out.
 */
export function fuseConvolutions(graph: Graph): FuseConvolution[] {
  return graph.fusions.flatMap((fusion) =>
    fusion.sparsity === undefined ? [] : fusion.nodes.flatMap((node) => fuseConvolution(graph, fusion, node)),
  )
}

type Ranged = FusionEdge & { readonly channels: readonly [number, number] }

function fuseConvolution(graph: Graph, fusion: Fusion, node: FusionNode): FuseConvolution[] {
  const edges = node.edges.filter((edge): edge is Ranged => edge.channels !== undefined)
  if (edges.length === 0 || edges.length !== node.edges.length) return []
  const found = convolutionAfter(graph, edges, node)
  const parameter = found === undefined ? undefined : graph.parameters[found.parameters[0] ?? -1]
  if (found === undefined || parameter?.mask === undefined) return []
  const groups = found.attributes['groups']
  return [
    {
      fusion: fusion.path,
      node: node.index,
      parameter,
      groups: typeof groups === 'number' ? groups : 1,
      edges: edges.map(({ name, index, channels }) => ({
        edge: index.length === 0 ? name : `${name}[${index.join(',')}]`,
        channels,
      })),
    },
  ]
}

function convolutionAfter(
  { nodes, parameters }: Graph,
  edges: readonly Ranged[],
  fused: FusionNode,
): GraphNode | undefined {
  const carrying = new Set<number>()
  const last = edges.reduce((latest, edge) => Math.max(latest, edge.node), 0)
  for (const node of nodes.slice(last + 1, fused.node + 1)) {
    if (node.op === 'concat' && isConcatOf(node, edges)) carrying.add(node.id)
    if (!carrying.has(node.inputs[0] ?? -1)) continue
    if (node.op === 'conv' && parameters[node.parameters[0] ?? -1]?.mask !== undefined) return node
    if (channelwise.has(node.op)) carrying.add(node.id)
  }
  return undefined
}

const isConcatOf = (node: GraphNode, edges: readonly Ranged[]): boolean =>
  node.inputs.length === edges.length && node.inputs.every((input, k) => input === edges[k]?.node)

/** Active connections by edge. A connection of `[out, in / groups, kernel…]` belongs to the edge that its input channel came from. */
export function edgeShares(one: FuseConvolution, active: Uint8Array): EdgeShare[] {
  const blocks = one.parameter.mask?.blocks
  const [outputs = 1, inputs = 1] = blocks === undefined ? one.parameter.shape : [blocks.count, blocks.inputs]
  const perChannel = active.length / (outputs * inputs)
  const perGroup = outputs / one.groups
  const kept = new Float64Array(inputs * one.groups)
  for (let at = 0; at < active.length; at++) {
    const pair = Math.floor(at / perChannel)
    const group = Math.floor(Math.floor(pair / inputs) / perGroup)
    const channel = group * inputs + (pair % inputs)
    kept[channel] = (kept[channel] ?? 0) + (active[at] ?? 0)
  }
  return one.edges.map(({ edge, channels: [start, end] }) => ({
    fusion: one.fusion,
    node: one.node,
    edge,
    active: kept.subarray(start, end).reduce((total, count) => total + count, 0),
    total: (end - start) * perGroup * perChannel,
  }))
}
