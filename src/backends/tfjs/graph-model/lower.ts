// A Weft graph as a TensorFlow graph: the nodes that the chosen outputs need, each through its entry of the table.
import { reachOf } from '../../../compiler/analysis/reach.ts'
import { diagnose, isProblem, type Diagnostic } from '../../../compiler/diagnostics/diagnostic.ts'
import { unsettledExtent } from '../../../compiler/input-extents.ts'
import { isMasked } from '../../../compiler/ir/connections.ts'
import type { Graph, GraphNode, NodeId, ParameterId } from '../../../compiler/ir/graph.ts'
import { activeConnections } from '../../../weights/connections.ts'
import type { Weights } from '../../../weights/weights.ts'
import { lowerWith } from '../../backend.ts'
import { GraphBuilder } from './builder.ts'
import { liveBlocks, type LiveBlock } from '../live-blocks.ts'
import { lowerings } from './lower/table.ts'
import type { TfGraph, TfValue } from './model.ts'
import { extentOf, Step } from './step.ts'
import { dimsIn, Value } from './value.ts'

export type Lowering =
  | { readonly kind: 'lowered'; readonly graph: TfGraph }
  | { readonly kind: 'refused'; readonly diagnostics: readonly Diagnostic[] }

/** Lowers the graph; what cannot be said is refused at the line that asks for it. */
export function lowerToGraphModel(graph: Graph, weights: Weights, outputs: 'inference' | 'all'): Lowering {
  const free = unsettledExtent(graph)
  if (free !== undefined) return { kind: 'refused', diagnostics: [free] }
  const chosen = graph.outputs.filter(({ aux }) => outputs === 'all' || !aux)
  const builder = new GraphBuilder(
    graph,
    [...graph.inputs, ...chosen].map(({ name }) => name),
    (id) => blocksThere(graph, weights, id),
  )
  const values = new Map<NodeId, Value>()
  const inputs = graph.inputs.map(({ name, node }) => placeholder(builder, name, nodeAt(graph, node), values))
  const reached = reachOf(graph)[outputs === 'all' ? 'training' : 'inference']
  for (const node of graph.nodes) {
    if (reached[node.id] !== true || node.op === 'input') continue
    builder.enter(node)
    values.set(node.id, lowerWith(lowerings, node, new Step(builder, node, values)))
    const [found] = builder.unsayable
    if (found === undefined) continue
    const { span, indices } = found.node.origin
    return { kind: 'refused', diagnostics: [diagnose(found.problem, span, { indices })] }
  }
  const results = chosen.map(({ name, node }): TfValue => {
    const value = values.get(node)
    if (value === undefined) throw new Error(`output ${name} was not lowered`)
    builder.enter(nodeAt(graph, node))
    const handle = value.in('first')
    builder.named({ name, dims: handle.dims }, 'Identity', [handle])
    return { name, dims: handle.dims }
  })
  const { nodes, blocks } = builder
  return { kind: 'lowered', graph: { nodes, blocks, inputs, outputs: results } }
}

function placeholder(
  builder: GraphBuilder,
  name: string,
  node: GraphNode,
  values: Map<NodeId, Value>,
): TfValue {
  const shape = node.type.shape.map(extentOf)
  const dims = dimsIn('first', shape, true)
  builder.enter(node)
  builder.named({ name, dims }, 'Placeholder', [], { shape: { kind: 'shape', dims } })
  values.set(node.id, new Value(builder, { shape, batched: true }, 'first', { name, dims }))
  return { name, dims }
}

/** Fewer outputs than that in a block are not worth a convolution of their own, nor more of the inputs than that share worth picking. */
const leastOutputs = 4
const greatestShare = 0.5

/** What the numbers of a masked weight have of its blocks, so that a trained topology counts; undefined where it is taken whole. */
function blocksThere(graph: Graph, weights: Weights, id: ParameterId): readonly LiveBlock[] | undefined {
  const parameter = graph.parameters[id]
  if (parameter === undefined || !isMasked(parameter) || parameter.mask.blocks === undefined) return undefined
  const { blocks } = parameter.mask
  const numbers = weights.numbersOf(parameter)
  // Whoever writes the weight comes upon the same problem and reports it.
  if (isProblem(numbers)) return undefined
  const outputs = parameter.shape[blocks.outputAxis] ?? 1
  const found = liveBlocks(parameter.mask, outputs, activeConnections(numbers, parameter))
  const isWorthIt = ({ outputs: [start, end], inputs }: LiveBlock): boolean =>
    end - start >= leastOutputs && inputs.length <= greatestShare * blocks.inputs
  return found?.every(isWorthIt) === true ? found : undefined
}

function nodeAt(graph: Graph, id: NodeId): GraphNode {
  const node = graph.nodes[id]
  if (node === undefined) throw new Error(`no node ${id}`)
  return node
}
