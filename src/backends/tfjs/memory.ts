// How many bytes one training step holds at once, before it is taken: WebAssembly's heap cannot be exceeded and live on. The step is walked
// as `model.ts` takes it: forwards, where values go after their last reader unless a gradient reads them, then backwards, where all of it
// goes again.
import { parametersNeeded, reachOf } from '../../compiler/analysis/reach.ts'
import type { Graph, GraphNode, NodeId } from '../../compiler/ir/graph.ts'
import { elementCount } from '../../compiler/ir/tensor.ts'
import { attentionScores } from '../../compiler/ops/primitive/attention.ts'
import type { Recipe } from '../../compiler/semantics/declarations/train.ts'
import { formsNow } from './forms.ts'
import { unitsOf } from './units.ts'

const bytesPerNumber = 4
/** Probabilities, targets and their products while a loss of one output is taken, in sizes of that output. */
const lossSizes = 4

type Training = Pick<Recipe, 'batch' | 'optimizer' | 'ema'>

/** Numbers that an optimiser and an average keep for each weight. */
const slots = ({ optimizer, ema }: Training): number =>
  (optimizer.kind === 'sgd' ? (optimizer.momentum > 0 ? 1 : 0) : 2) + (ema === undefined ? 0 : 1)

/**
 * An estimate of the peak, in bytes: what the gradients of each operator have saved, the values or gradients that are on their way, the
 * temporaries of one kernel at a time, the largest weight reordered; and for each parameter its value, its gradient and the optimiser's
 * slots. Extents have to be known.
 */
export function trainingBytes(graph: Graph, recipe: Training): number {
  const weights = graph.parameters.map(({ shape }) => countOf(shape))
  const needed = parametersNeeded(graph, 'all')
  // What no output reads has neither a gradient nor slots.
  const perNumber = 2 + slots(recipe)
  const kept = weights.reduce((sum, count, id) => sum + count * (needed.has(id) ? perNumber : 1), 0)
  // Convolutions read a weight in two other orders.
  const reordered = 2 * weights.reduce((most, count) => Math.max(most, count), 0)
  return bytesPerNumber * (recipe.batch * peakOfStep(graph) + kept + reordered)
}

/** Numbers of the queries and of the scores: those have one for each query of each head, and each key. */
function attentionSizes(
  { inputs }: GraphNode,
  { nodes }: Graph,
): { readonly queries: number; readonly scores: number } {
  const [q = [], k = []] = inputs.map((id) => nodes[id]?.type.shape ?? [])
  return { queries: elementCount(q) ?? 0, scores: elementCount(attentionScores(q, k)) ?? 0 }
}

/** What of a node its gradient reads: values by node, and numbers that are in no value. */
interface Saved {
  readonly values: readonly NodeId[]
  readonly own: number
}

/** Queries times the scale, and the weights: of softmax, and of the product, which are apart where some are dropped. */
function savedOfAttention(node: GraphNode, graph: Graph): Saved {
  const { scores, queries } = attentionSizes(node, graph)
  const weights = Number(node.attributes['dropout']) > 0 ? 3 : 1
  return { values: node.inputs.slice(1, 3), own: queries + weights * scores }
}

/** One axis after the other, each with what it read and gave: between the image and the pooled one lie at most that of two axes. */
function savedOfPool(image: NodeId, pooled: NodeId, sizes: readonly number[]): Saved {
  return { values: [image, pooled], own: (sizes[image] ?? 0) / 2 + 2 * (sizes[pooled] ?? 0) }
}

function savedOf(node: GraphNode, graph: Graph, sizes: readonly number[]): Saved {
  const [input = 0] = node.inputs
  const size = sizes[node.id] ?? 0
  switch (node.op) {
    // One image, or all that its channels are picked from.
    case 'conv':
      return { values: node.inputs, own: 0 }
    case 'conv_transpose':
    case 'linear':
    case 'elu':
    case 'gelu':
    case 'prelu':
    case 'silu':
    case 'hard_sigmoid':
    case 'hard_swish':
    case 'relu6':
    case 'softplus':
    case 'exp':
    case 'log':
    case 'sqrt':
    case 'rsqrt':
    case 'abs':
    case 'clip':
      return { values: [input], own: 0 }
    case 'conv_with':
    case 'mul':
    case 'divide':
    case 'maximum':
    case 'minimum':
    case 'matmul':
    case 'grid_sample':
      return { values: node.inputs, own: 0 }
    case 'attention':
      return savedOfAttention(node, graph)
    case 'relu':
    case 'leaky_relu':
    case 'sigmoid':
    case 'tanh':
    case 'softmax':
      return { values: [node.id], own: 0 }
    // Centred values; normalised rows; the mask.
    case 'instance_norm':
    case 'group_norm':
    case 'batch_norm':
    case 'layer_norm':
      return { values: [], own: size }
    // The distances from the mean.
    case 'variance':
      return { values: [], own: sizes[input] ?? 0 }
    case 'scan':
    case 'reduce_max':
    case 'reduce_min':
      return { values: [input, node.id], own: 0 }
    case 'dropout':
      return { values: [input], own: size }
    case 'max_pool':
      return savedOfPool(input, node.id, sizes)
    case 'max_unpool':
      return savedOfPool(node.inputs[1] ?? input, input, sizes)
    default:
      return { values: [], own: 0 }
  }
}

/**
 * Numbers that a kernel needs besides what it reads and gives: padded copies, one tap at a time, sums on their way; backwards also the
 * input turned round and the gradient as a filter, which wasm packs into a copy of its own. Counted in the kernels, and held to measured peaks.
 */
function temporaries(node: GraphNode, graph: Graph, sizes: readonly number[], way: 'forth' | 'back'): number {
  const { op, inputs, id } = node
  const read = inputs.map((one) => sizes[one] ?? 0)
  const [input, output] = [Math.max(0, ...read), sizes[id] ?? 0]
  switch (op) {
    case 'conv': {
      const all = read.reduce((sum, one) => sum + one, 0)
      return way === 'forth' ? 2 * (all + output) : 4 * all + 3 * output
    }
    case 'conv_transpose':
    case 'conv_with':
      return way === 'forth' ? 2 * (input + output) : 4 * input + 3 * output
    case 'input':
    case 'parameter':
    case 'constant':
    case 'reshape':
    case 'shift':
      return 0
    case 'gelu':
    case 'elu':
      return 11 * output
    // Scores while their sum with a bias or their softmax is made; backwards their gradient, that of the weights, and a product of both.
    case 'attention':
      return (way === 'forth' ? 3 : 5) * attentionSizes(node, graph).scores + 2 * (input + output)
    // Both halves of both operands, at every level half as large as before.
    case 'scan':
      return (way === 'forth' ? 6 : 9) * output
    default:
      return Math.max(input, output) * (way === 'forth' ? 2 : 5)
  }
}

/** Numbers by name, with how many there are together and what most there were. */
class Held {
  private readonly owners = new Map<string, number>()
  private total = 0
  peak = 0

  /** Counts the numbers once, however often they are held. */
  add(name: string, size: number): void {
    const owners = this.owners.get(name) ?? 0
    this.owners.set(name, owners + 1)
    if (owners === 0) this.total += size
    this.meet(0)
  }

  drop(name: string, size: number): void {
    const owners = this.owners.get(name) ?? 0
    if (owners === 1) this.total -= size
    if (owners > 1) this.owners.set(name, owners - 1)
    else this.owners.delete(name)
  }

  has(name: string): boolean {
    return this.owners.has(name)
  }

  /** So much more, for a moment. */
  meet(more: number): void {
    this.peak = Math.max(this.peak, this.total + more)
  }
}

interface Walk {
  readonly graph: Graph
  readonly nodes: readonly GraphNode[]
  readonly sizes: readonly number[]
  readonly held: Held
}

/** For a batch of one. */
function peakOfStep(graph: Graph): number {
  const reached = reachOf(graph).training
  const nodes = computedNodes(graph, reached)
  const walk: Walk = { graph, nodes, sizes: graph.nodes.map(sizeOf), held: new Held() }
  forwards(walk)
  const outputs = graph.outputs.reduce((sum, { node }) => sum + (walk.sizes[node] ?? 0), 0)
  walk.held.meet(lossSizes * outputs)
  backwards(walk)
  return walk.held.peak
}

/** Without the moves that convolutions pick through, which read what lies before those. */
function computedNodes(graph: Graph, reached: readonly boolean[]): GraphNode[] {
  const outputs = graph.outputs.map(({ node }) => node)
  const units = formsNow().moves === 'heap' ? unitsOf(graph, reached, outputs) : []
  const sources = new Map(units.map((unit) => [unit.node.id, unit.sources]))
  const absorbed = new Set(units.flatMap((unit) => unit.absorbed))
  return graph.nodes
    .filter(({ id }) => reached[id] === true && !absorbed.has(id))
    .map((node) => ({ ...node, inputs: sources.get(node.id) ?? node.inputs }))
}

const valueName = (id: NodeId): string => `value ${id}`

function forwards({ graph, nodes, sizes, held }: Walk): void {
  const last = new Map(nodes.flatMap(({ id, inputs }) => inputs.map((input) => [input, id] as const)))
  const outputs = new Set(graph.outputs.map(({ node }) => node))
  for (const node of nodes) {
    held.meet(temporaries(node, graph, sizes, 'forth'))
    held.add(valueName(node.id), sizes[node.id] ?? 0)
    const saved = savedOf(node, graph, sizes)
    for (const id of saved.values) held.add(valueName(id), sizes[id] ?? 0)
    held.add(`saved ${node.id}`, saved.own)
    for (const id of new Set(node.inputs))
      if (last.get(id) === node.id && !outputs.has(id)) held.drop(valueName(id), sizes[id] ?? 0)
  }
}

function backwards({ graph, nodes, sizes, held }: Walk): void {
  const gradientName = (id: NodeId): string => `gradient ${id}`
  for (const { node } of graph.outputs) held.add(gradientName(node), sizes[node] ?? 0)
  for (const node of nodes.toReversed()) {
    held.meet(temporaries(node, graph, sizes, 'back'))
    for (const id of new Set(node.inputs))
      if (!held.has(gradientName(id))) held.add(gradientName(id), sizes[id] ?? 0)
    const saved = savedOf(node, graph, sizes)
    for (const id of saved.values) held.drop(valueName(id), sizes[id] ?? 0)
    held.drop(`saved ${node.id}`, saved.own)
    held.drop(gradientName(node.id), sizes[node.id] ?? 0)
  }
}

function sizeOf({ type }: GraphNode): number {
  return elementCount(type.shape) ?? 0
}

function countOf(shape: readonly number[]): number {
  return shape.reduce((all, extent) => all * extent, 1)
}
