// What an operator is made of, as counting tools see it: a vector of whole numbers. Every convention is a linear form on it.
import { concreteCount, entry, positions, product } from '../../ops/extents.ts'
import type { Shape } from '../../ir/tensor.ts'
import type { ParameterSpec } from '../../ops/op.ts'
import { attentionProducts, attentionScores } from '../../ops/primitive/attention.ts'
import type { ConvTransposeAttributes } from '../../ops/primitive/conv-transpose.ts'
import type { AttributesOf, PrimitiveName } from '../../ops/registry.ts'

/** Each term with what its number counts, for a batch of one. */
export const termTexts = {
  conv: 'MACs of convolutions',
  transposed: 'MACs of transposed convolutions on input positions',
  linear: 'MACs of linear layers',
  matmul: 'MACs of matrix products',
  attention: 'MACs of the two products of attentions',
  'transposed.outputs': 'MACs of transposed convolutions on output positions, less those on input positions',
  'gradients.unneeded': 'MACs of gradients for operands that depend on nothing learned',
  'conv.bias': 'output elements of convolutions with bias',
  'transposed.bias': 'output elements of transposed convolutions with bias',
  'linear.bias': 'output elements of linear layers with bias',
  'linear.bias.once': 'biases of linear layers, once per call',
  'transposed.bias.window':
    'biases of transposed convolutions, divided by the groups, at the extents that a convolution would give',
  'transposed.grouped': 'MACs of grouped transposed convolutions that dividing by the groups twice loses',
  'conv.elements': 'output elements of convolutions',
  'transposed.elements': 'output elements of transposed convolutions',
  'batch_norm.affine': 'elements of batch norms with weights',
  'batch_norm.plain': 'elements of batch norms without weights',
  'instance_norm.affine': 'elements of instance norms with weights',
  'instance_norm.plain': 'elements of instance norms without weights',
  'group_norm.affine': 'elements of group norms with weights',
  'group_norm.plain': 'elements of group norms without weights',
  'layer_norm.affine': 'elements of layer norms with weights',
  'layer_norm.plain': 'elements of layer norms without weights',
  'parameters.small': 'parameters of norms and PReLUs, once per call',
  relu: 'elements of ReLUs',
  leaky_relu: 'elements of leaky ReLUs',
  elu: 'elements of ELUs',
  prelu: 'elements of PReLUs',
  gelu: 'elements of GELUs',
  silu: 'elements of SiLUs',
  relu6: 'elements of ReLU6s',
  softmax: 'elements of softmaxes',
  'softmax.rows': 'rows of softmaxes',
  'attention.weights': 'elements of the softmaxes of attentions',
  'attention.rows': 'rows of the softmaxes of attentions',
  'max_pool.inputs': 'input elements of max pools',
  'avg_pool.inputs': 'input elements of average pools',
  'avg_pool.outputs': 'output elements of average pools',
  'global_pool.inputs': 'input elements of global average pools',
  'global_pool.inputs.2d': 'input elements of global average pools in 2D',
  'global_pool.outputs': 'output elements of global average pools',
  'nearest.1d': 'output elements of nearest resizing in 1D',
  'nearest.2d': 'output elements of nearest resizing in 2D',
  'nearest.3d': 'output elements of nearest resizing in 3D',
  'linear.1d': 'output elements of linear resizing in 1D',
  'linear.2d': 'output elements of bilinear resizing',
  'linear.3d': 'output elements of trilinear resizing',
  'cubic.2d': 'output elements of bicubic resizing',
  scan: 'state elements of scans',
  'resize.scale': 'output elements of resizing by a scale',
  'resize.size': 'output positions of resizing to a size, channels left out',
  grid_sample: 'output elements of grid sampling',
} as const

export type Term = keyof typeof termTexts

export const termNames = Object.keys(termTexts) as readonly Term[]

/** Absent terms are 0. */
export type Terms = Readonly<Partial<Record<Term, number>>>

/** One application of an operator, its extents concrete. */
export interface Application<A> {
  readonly attributes: A
  readonly inputs: readonly Shape[]
  readonly output: Shape
  readonly parameters: readonly ParameterSpec[]
  /** Elements of its `weight`: all of them, or those that a mask keeps. */
  readonly weights: number
  /** The MACs of its cost rule, with those weights. */
  readonly macs: number
  /** By input: it depends on something learned. */
  readonly learned: readonly boolean[]
}

type Rule<A> = (application: Application<A>) => Terms

const none: Rule<unknown> = () => ({})

const elements = (term: Term): Rule<unknown> => {
  return ({ output }) => ({ [term]: concreteCount(output) })
}

const norm = (
  name: 'batch_norm' | 'instance_norm' | 'group_norm' | 'layer_norm',
): Rule<{ readonly affine: boolean }> => {
  return ({ attributes, output, parameters }) => ({
    [`${name}.${attributes.affine ? 'affine' : 'plain'}`]: concreteCount(output),
    'parameters.small': trained(parameters),
  })
}

/** What training leaves out of a product: each of its MACs is one more for the gradient of each operand. */
const unneeded = (macs: number, learned: readonly boolean[]): number =>
  macs * learned.filter((one) => !one).length

/** The weights are an operand of the second product, and depend on all that the scores do. */
const attention: Rule<AttributesOf<'attention'>> = ({ inputs, output, macs, learned }) => {
  const [q = [], k = []] = inputs
  const [ofQueries = false, ofKeys = false, ofValues = false, ...ofBiases] = learned
  const { scores, result } = attentionProducts(inputs, output)
  const weights = attentionScores(q, k)
  return {
    attention: macs,
    'gradients.unneeded':
      unneeded(scores, [ofQueries, ofKeys]) +
      unneeded(result, [ofValues, [ofQueries, ofKeys, ...ofBiases].includes(true)]),
    'attention.weights': concreteCount(weights),
    'attention.rows': concreteCount(weights.slice(0, -1)),
  }
}

/** A mean over all spatial axes is taken as the tools' global pool; any other is a tensor method that none of them counts. */
const mean: Rule<AttributesOf<'mean'>> = ({ attributes, inputs, output }) => {
  const x = inputs[0] ?? []
  const spatial = x.slice(1).every((_, at) => attributes.axes.includes(at + 1))
  if (!spatial || attributes.axes.includes(0)) return {}
  const read = concreteCount(x)
  return {
    'global_pool.inputs': read,
    'global_pool.inputs.2d': x.length === 3 ? read : 0,
    'global_pool.outputs': concreteCount(output),
  }
}

const convTranspose: Rule<ConvTransposeAttributes> = (application) => {
  const { attributes, inputs, output, parameters, weights, macs, learned } = application
  const x = inputs[0] ?? []
  const bias = biases(parameters)
  const kept = weights * (positions(output) - positions(x))
  return {
    transposed: macs,
    'gradients.unneeded': unneeded(macs, learned),
    'transposed.outputs': kept,
    'transposed.elements': concreteCount(output),
    'transposed.bias': bias * positions(output),
    'transposed.bias.window': (bias / attributes.groups) * product(windowExtents(attributes, x)),
    'transposed.grouped': macs - macsDividedTwice(attributes, x),
  }
}

/** The extents that a convolution with these attributes would leave of `x`. */
function windowExtents(attributes: ConvTransposeAttributes, x: Shape): number[] {
  return x.slice(1).map((extent, axis) => {
    const window = entry(attributes.dilation, axis) * (entry(attributes.kernel, axis) - 1) + 1
    const room = concreteCount([extent]) + 2 * entry(attributes.padding, axis) - window
    return Math.floor(room / entry(attributes.stride, axis)) + 1
  })
}

/** The weight of a grouped layer holds `channels / groups` already. */
function macsDividedTwice({ channels, groups, kernel }: ConvTransposeAttributes, x: Shape): number {
  return product(kernel) * concreteCount(x) * Math.floor(channels / groups / groups)
}

const resize: Rule<AttributesOf<'resize'>> = ({ attributes, output }) => {
  const written = concreteCount(output)
  const kind = `${attributes.mode}.${output.length - 1}d` as 'nearest.1d'
  return attributes.size === 'none'
    ? { [kind]: written, 'resize.scale': written }
    : { [kind]: written, 'resize.size': positions(output) }
}

const rules: { readonly [K in PrimitiveName]: Rule<AttributesOf<K>> } = {
  input: none,
  parameter: none,
  constant: none,
  conv: ({ output, parameters, macs, learned }) => ({
    conv: macs,
    'gradients.unneeded': unneeded(macs, learned),
    'conv.elements': concreteCount(output),
    'conv.bias': biases(parameters) * positions(output),
  }),
  conv_transpose: convTranspose,
  conv_with: ({ output, macs, learned }) => ({
    conv: macs,
    'gradients.unneeded': unneeded(macs, learned),
    'conv.elements': concreteCount(output),
  }),
  linear: ({ output, parameters, macs, learned }) => ({
    linear: macs,
    'gradients.unneeded': unneeded(macs, learned),
    'linear.bias': biases(parameters) * concreteCount(output.slice(0, -1)),
    'linear.bias.once': biases(parameters),
  }),
  matmul: ({ macs, learned }) => ({ matmul: macs, 'gradients.unneeded': unneeded(macs, learned) }),
  attention,
  instance_norm: norm('instance_norm'),
  batch_norm: norm('batch_norm'),
  group_norm: norm('group_norm'),
  layer_norm: norm('layer_norm'),
  relu: elements('relu'),
  leaky_relu: elements('leaky_relu'),
  elu: elements('elu'),
  prelu: ({ output, parameters }) => ({
    prelu: concreteCount(output),
    'parameters.small': trained(parameters),
  }),
  gelu: elements('gelu'),
  sigmoid: none,
  tanh: none,
  silu: elements('silu'),
  hard_sigmoid: none,
  hard_swish: none,
  relu6: elements('relu6'),
  softplus: none,
  exp: none,
  log: none,
  sqrt: none,
  rsqrt: none,
  abs: none,
  clip: none,
  softmax: ({ attributes, output }) => {
    const written = concreteCount(output)
    return {
      softmax: written,
      'softmax.rows': written / concreteCount(output.slice(attributes.axis).slice(0, 1)),
    }
  },
  max_pool: ({ inputs }) => ({ 'max_pool.inputs': concreteCount(inputs[0] ?? []) }),
  max_unpool: none,
  avg_pool: ({ inputs, output }) => ({
    'avg_pool.inputs': concreteCount(inputs[0] ?? []),
    'avg_pool.outputs': concreteCount(output),
  }),
  mean,
  reduce_sum: none,
  reduce_max: none,
  reduce_min: none,
  variance: none,
  resize,
  grid_sample: elements('grid_sample'),
  concat: none,
  add: none,
  sub: none,
  mul: none,
  divide: none,
  maximum: none,
  minimum: none,
  sum: none,
  scale: none,
  pad: none,
  slice: none,
  shift: none,
  roll: none,
  gather: none,
  scan: elements('scan'),
  reshape: none,
  permute: none,
  dropout: none,
  gaussian_noise: none,
}

function biases(parameters: readonly ParameterSpec[]): number {
  return product(parameters.find(({ name }) => name === 'bias')?.shape ?? [0])
}

/** Elements of the parameters that are trained: without running statistics. */
function trained(parameters: readonly ParameterSpec[]): number {
  return parameters.reduce((sum, { buffer, shape }) => (buffer ? sum : sum + product(shape)), 0)
}

/** The vector of one application. */
export function termsOf(op: PrimitiveName, application: Application<unknown>): Terms {
  // The table pairs each operator with its own attributes; TypeScript cannot see that through the union.
  return (rules[op] as Rule<unknown>)(application)
}
