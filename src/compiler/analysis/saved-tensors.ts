// What PyTorch's autograd keeps of each operator between its forward and its backward pass, and which results need no memory of their own.
// Read off `torch/csrc/autograd` (derivatives.yaml) of PyTorch 2.13 and held to it by test/analysis/memory-torch.test.ts.
import type { Graph, GraphNode, NodeId } from '../ir/graph.ts'
import { elementCount } from '../ir/tensor.ts'
import { axesDrawn } from '../ops/primitive/dropout.ts'
import type { AttributesOf, PrimitiveName } from '../ops/registry.ts'
import { savedOfAttention, type AttentionContext } from './attention-memory.ts'
import { parameterAt } from './cost.ts'
import type { Saved } from './saved.ts'

export interface Sizes {
  readonly batch: number
  /** Bytes per element of activations. Statistics are float32, indices int64. */
  readonly activation: number
}

const nothing: Saved = { inputs: [], result: false, extras: [] }
const input: Saved = { inputs: [0], result: false, extras: [] }
const both: Saved = { inputs: [0, 1], result: false, extras: [] }
const result: Saved = { inputs: [], result: true, extras: [] }

const inputAndResult: Saved = { inputs: [0], result: true, extras: [] }

type Rule = Saved | ((node: GraphNode, context: Context) => Saved)

interface Context extends Sizes, AttentionContext {
  readonly inPlace: boolean
}

/** Total: a new operator says what its backward pass needs. Weights are kept too, but they are there anyway. */
const rules: Readonly<Record<PrimitiveName, Rule>> = {
  input: nothing,
  parameter: nothing,
  constant: nothing,
  conv: paddedInput,
  conv_transpose: input,
  conv_with: imageAndWeight,
  linear: input,
  matmul: otherOperands,
  attention: savedOfAttention,
  instance_norm: (node, context) =>
    // Mean and deviation per sample and channel; the weight repeated per sample, since the kernel is that of batch norm.
    withStatistics(context.batch * extent(context, node, 0) * (isAffine(node) ? 3 : 2)),
  group_norm: (node, { batch }) => withStatistics(2 * batch * Number(node.attributes['groups'])),
  batch_norm: (node, context) => withStatistics(2 * extent(context, node, 0)),
  layer_norm: (node, context) => {
    const axis = Number(node.attributes['axis'])
    const rows = (elementsOf(context, node) / extent(context, node, axis)) * context.batch
    return withStatistics(2 * rows)
  },
  relu: result,
  leaky_relu: (_, { inPlace }) => (inPlace ? result : input),
  elu: (_, { inPlace }) => (inPlace ? result : input),
  prelu: input,
  gelu: input,
  sigmoid: result,
  tanh: result,
  silu: input,
  hard_sigmoid: input,
  hard_swish: input,
  relu6: input,
  softplus: input,
  exp: result,
  log: input,
  sqrt: result,
  rsqrt: result,
  abs: input,
  clip: input,
  softmax: result,
  dropout: (node, context) => ({
    inputs: [],
    result: false,
    extras: [{ kind: 'mask', bytes: drawnFor(context, node) * context.batch * context.activation }],
  }),
  max_pool: (node, { graph, batch }) => ({
    inputs: [0],
    result: false,
    extras: [
      { kind: 'indices', bytes: 8 * batch * (elementCount(graph.nodes[node.id]?.type.shape ?? []) ?? 0) },
    ],
  }),
  // The places that the values go to, 8 bytes each.
  max_unpool: (node, context) => ({
    inputs: [],
    result: false,
    extras: [{ kind: 'indices', bytes: 8 * context.batch * elementsOf(context, node) }],
  }),
  avg_pool: input,
  gaussian_noise: nothing,
  mean: nothing,
  reduce_sum: nothing,
  reduce_max: inputAndResult,
  reduce_min: inputAndResult,
  variance: input,
  resize: nothing,
  grid_sample: both,
  concat: nothing,
  add: nothing,
  sum: nothing,
  sub: nothing,
  mul: otherOperands,
  divide: divisor,
  maximum: both,
  minimum: both,
  scale: nothing,
  // Elements that are repeated are found again by the input's extents, for which PyTorch keeps the input itself.
  pad: ({ attributes }) => (attributes['mode'] === 'constant' ? nothing : input),
  slice: nothing,
  shift: nothing,
  roll: nothing,
  // Its indices are there anyway, as constants are.
  gather: nothing,
  scan: factorsAndStates,
  reshape: nothing,
  permute: nothing,
}

/** What is kept of a node, when a gradient flows through it; `inPlace`: it writes over its input. */
export function savedOf(node: GraphNode, context: Context): Saved {
  if (context.learned[node.id] !== true) return nothing
  const rule = rules[node.op]
  return typeof rule === 'function' ? rule(node, context) : rule
}

/** Results that are another look at their input's memory. */
export const views: ReadonlySet<PrimitiveName> = new Set<PrimitiveName>(['reshape', 'permute', 'slice'])

const mayOverwrite: ReadonlySet<PrimitiveName> = new Set<PrimitiveName>(['relu', 'leaky_relu', 'elu'])
const keepsOwnResult: ReadonlySet<PrimitiveName> = new Set<PrimitiveName>([
  'input',
  'parameter',
  'constant',
  'relu',
  'leaky_relu',
  'elu',
  'sigmoid',
  'tanh',
  'exp',
  'sqrt',
  'rsqrt',
  'softmax',
  'reshape',
  'permute',
  'slice',
])

/**
 * `relu`, `leaky_relu` and `elu` write over their input (`inplace=True`, as the official networks have it) where nobody else reads it
 * and its own operator does not need it again.
 */
export function overwrites(node: GraphNode, producer: GraphNode | undefined, readers: number): boolean {
  if (!mayOverwrite.has(node.op) || producer === undefined || readers !== 1) return false
  return !keepsOwnResult.has(producer.op) && producer.type.batched === node.type.batched
}

/** By node id: its value depends on something trained, so that a backward pass goes through it. */
export function learnedNodes(graph: Graph): boolean[] {
  const learned: boolean[] = []
  for (const node of graph.nodes) {
    const own = node.parameters.some((id) => !parameterAt(graph, id).buffer)
    learned.push(own || differentiableInputs(node).some((id) => learned[id] === true))
  }
  return learned
}

/** The inputs that a gradient reaches: none does where an input only says which places are taken. */
export function differentiableInputs({ op, inputs }: GraphNode): readonly NodeId[] {
  return op === 'max_unpool' ? inputs.slice(0, 1) : inputs
}

/** Bytes that an affine norm over instances needs for a moment: its bias once per sample. */
export function repeatedBias(node: GraphNode, { batch }: Pick<Sizes, 'batch'>): number {
  const [channels = 0] = node.type.shape
  return node.op === 'instance_norm' && isAffine(node) && typeof channels === 'number'
    ? 4 * batch * channels
    : 0
}

// ---------------------------------------------------------------- rules that look at the node

function withStatistics(count: number): Saved {
  return { inputs: [0], result: false, extras: [{ kind: 'statistics', bytes: 4 * count }] }
}

const isAffine = (node: GraphNode): boolean => node.attributes['affine'] === true

function shapeOfInput({ graph }: Context, node: GraphNode): readonly number[] {
  const shape = graph.nodes[node.inputs[0] ?? -1]?.type.shape ?? []
  return shape.map((dim) => (typeof dim === 'number' ? dim : NaN))
}

const extent = (context: Context, node: GraphNode, axis: number): number =>
  shapeOfInput(context, node)[axis] ?? 1

const elementsOf = (context: Context, node: GraphNode): number =>
  shapeOfInput(context, node).reduce((product, one) => product * one, 1)

/** The product's rule: each factor is needed for the other's gradient. */
function otherOperands(node: GraphNode, { learned }: Context): Saved {
  const [a = -1, b = -1] = node.inputs
  const inputs = [...(learned[b] === true ? [0] : []), ...(learned[a] === true ? [1] : [])]
  return { inputs, result: false, extras: [] }
}

/** The factors carry gradients back; the states are needed for those of the factors. No scan is PyTorch's own: one written for it keeps this. */
function factorsAndStates(node: GraphNode, { learned }: Context): Saved {
  return { inputs: [0], result: learned[node.inputs[0] ?? -1] === true, extras: [] }
}

/** Numbers that a dropout multiplies a sample by. */
function drawnFor(context: Context, node: GraphNode): number {
  const shape = shapeOfInput(context, node)
  const drawn = axesDrawn(node.attributes as AttributesOf<'dropout'>, shape.length)
  return shape.slice(0, drawn).reduce((product, one) => product * one, 1)
}

/** The divisor is needed for both gradients, the dividend for that of the divisor. */
function divisor(node: GraphNode, { learned }: Context): Saved {
  const [, b = -1] = node.inputs
  return learned[b] === true ? both : { inputs: [1], result: false, extras: [] }
}

/** As the product, with the image as a convolution keeps it. */
function imageAndWeight(node: GraphNode, context: Context): Saved {
  const { inputs } = otherOperands(node, context)
  if (!inputs.includes(0)) return { inputs, result: false, extras: [] }
  const image = paddedInput(node, context)
  return { ...image, inputs: [...image.inputs, ...inputs.filter((at) => at !== 0)] }
}

/** PyTorch pads alike on both sides; where a convolution does not, a padded copy is made and kept instead of the input. */
function paddedInput(node: GraphNode, context: Context): Saved {
  const padding = node.attributes['padding']
  if (!isPadding(padding) || padding.every(([low, high]) => low === high)) return input
  const [channels = 1, ...extents] = shapeOfInput(context, node)
  const padded = extents.map((one, axis) => one + (padding[axis]?.[0] ?? 0) + (padding[axis]?.[1] ?? 0))
  const elements = padded.reduce((product, one) => product * one, channels)
  const bytes = elements * context.batch * context.activation
  return { inputs: [], result: false, extras: [{ kind: 'padded', bytes }] }
}

function isPadding(value: unknown): value is readonly (readonly [number, number])[] {
  return Array.isArray(value) && value.every(Array.isArray)
}
