// One entry for each primitive: its result as a source that is computed where it is read. The entries of the reference's own table, whose kernels
// they use on the elements that are needed.
import { numbersIn } from '../../../compiler/ops/nested-lists.ts'
import type { GraphNode } from '../../../compiler/ir/graph.ts'
import { lowerWith, type LoweringTable } from '../../backend.ts'
import { affineOf, parameter } from '../table.ts'
import { averaged, greatest as greatestOf, least, summed, varianceOf } from '../reductions.ts'
import { countOf } from '../tensor.ts'
import { windowsOf } from '../windows.ts'
import { range } from './coordinates.ts'
import { added, batchNormed, beside, elementwise, multiplied, preluSampled } from './elementwise.ts'
import { groupNormAt, layerNormAt, reducedAt, softmaxAt } from './lines.ts'
import { attentionAt, linearAt, matmulAt } from './matrix.ts'
import { joinedFrom, paddedFrom, permutedFrom, shiftedFrom, takenFrom } from './rearranged.ts'
import { resizedAt } from './resized.ts'
import { guarded, moved, stored, type SampledOperands, type Source } from './source.ts'
import { whole } from './whole.ts'
import { convolutionAt, pooledAt, transposedConvolutionAt, type SampledKernels } from './windowed.ts'

/** The result of a node, computed where it is read. */
export function sampled(node: GraphNode, operands: SampledOperands): Source {
  return guarded(lowerWith(table, node, operands))
}

const table: LoweringTable<SampledOperands, Source> = {
  input: (_, { inputs }) => operand(inputs, 0),
  parameter: (_, { parameters, shape }) => stored(shape, Float32Array.from(parameter(parameters, 0))),
  constant: ({ attributes: { values } }, { shape }) => stored(shape, Float32Array.from(numbersIn(values))),
  conv: ({ attributes }, { inputs, parameters, shape }) => {
    const low = attributes.padding.map(([one]) => one)
    const kernels = { ...kernelsOf(parameters), groups: attributes.groups, order: 'outputs first' } as const
    return convolutionAt(operand(inputs, 0), kernels, windowsOf(attributes, low), shape)
  },
  conv_with: ({ attributes }, { inputs, shape }) => {
    const numbers = operand(inputs, 1)
    const low = attributes.padding.map(([one]) => one)
    const windows = windowsOf({ ...attributes, kernel: numbers.shape.slice(2) }, low)
    let weight: Float64Array | undefined
    const kernels = {
      groups: attributes.groups,
      bias: undefined,
      weight: () => (weight ??= numbers.at(range(0, countOf(numbers.shape))).values),
      order: 'outputs first',
      summands: numbers.summands,
    } as const
    return convolutionAt(operand(inputs, 0), kernels, windows, shape)
  },
  conv_transpose: ({ attributes }, { inputs, parameters, shape }) => {
    const kernels = { ...kernelsOf(parameters), groups: attributes.groups, order: 'inputs first' } as const
    const windows = windowsOf(attributes, attributes.padding)
    return transposedConvolutionAt(operand(inputs, 0), kernels, windows, shape)
  },
  linear: (_, { inputs, parameters, shape }) =>
    linearAt(operand(inputs, 0), parameter(parameters, 0), parameters[1], shape),
  matmul: ({ attributes }, { inputs, shape }) => {
    const turned = attributes.transpose_b ? 'transposed' : 'as it is'
    return matmulAt(operand(inputs, 0), operand(inputs, 1), turned, shape)
  },
  attention: ({ attributes: { scale } }, { inputs, shape }) => {
    const [q, k, v] = [operand(inputs, 0), operand(inputs, 1), operand(inputs, 2)]
    return attentionAt([q, k, v], inputs.slice(3), scale, shape)
  },
  instance_norm: ({ attributes }, { inputs, parameters }) => {
    const x = operand(inputs, 0)
    return groupNormAt(x, x.shape[1] ?? 1, attributes.eps, affineOf(attributes.affine, parameters))
  },
  batch_norm: ({ attributes }, { inputs, parameters }) => {
    const [mean, variance] = parameters.slice(-2)
    if (mean === undefined || variance === undefined) throw new Error('statistics are missing')
    const affine = affineOf(attributes.affine, parameters)
    return batchNormed(operand(inputs, 0), { mean, variance, eps: attributes.eps }, affine)
  },
  group_norm: ({ attributes }, { inputs, parameters }) => {
    const affine = affineOf(attributes.affine, parameters)
    return groupNormAt(operand(inputs, 0), attributes.groups, attributes.eps, affine)
  },
  layer_norm: ({ attributes }, { inputs, parameters, lead }) => {
    const affine = affineOf(attributes.affine, parameters)
    return layerNormAt(operand(inputs, 0), attributes.axis + lead, attributes.eps, affine)
  },
  relu: elementwise,
  leaky_relu: elementwise,
  elu: (node, operands) => elementwise(node, operands, beside(Math.abs(node.attributes.alpha))),
  prelu: (_, { inputs, parameters, lead }) =>
    preluSampled(operand(inputs, 0), lead, parameter(parameters, 0)),
  gelu: elementwise,
  sigmoid: elementwise,
  tanh: elementwise,
  silu: elementwise,
  hard_sigmoid: elementwise,
  hard_swish: elementwise,
  relu6: elementwise,
  softplus: (node, operands) => elementwise(node, operands, beside(1)),
  exp: elementwise,
  log: elementwise,
  sqrt: elementwise,
  rsqrt: elementwise,
  abs: elementwise,
  clip: elementwise,
  softmax: ({ attributes }, { inputs, lead }) => softmaxAt(operand(inputs, 0), attributes.axis + lead),
  max_pool: ({ attributes }, { inputs, shape }) => {
    const windows = windowsOf(attributes, attributes.padding)
    return pooledAt(operand(inputs, 0), windows, shape, { kind: 'greatest' })
  },
  max_unpool: (node, operands) => whole(node, operands, 1),
  avg_pool: ({ attributes }, { inputs, shape }) => {
    const divisor = attributes.count_include_pad ? 'with padding' : 'without padding'
    const windows = windowsOf(attributes, attributes.padding)
    return pooledAt(operand(inputs, 0), windows, shape, { kind: 'mean', divisor })
  },
  mean: ({ attributes }, operands) => reduced(attributes, operands, averaged),
  reduce_sum: ({ attributes }, operands) => reduced(attributes, operands, summed),
  reduce_max: ({ attributes }, operands) => reduced(attributes, operands, greatestOf),
  reduce_min: ({ attributes }, operands) => reduced(attributes, operands, least),
  variance: ({ attributes: { axes, unbiased } }, { inputs, shape, lead }) => {
    const places = axes.map((axis) => axis + lead)
    const rule: typeof summed = (x, own) => varianceOf(x, own, unbiased ? 1 : 0)
    return reducedAt(operand(inputs, 0), shape, places, rule, 'of squares')
  },
  resize: ({ attributes }, { inputs, shape }) => resizedAt(operand(inputs, 0), shape, attributes),
  grid_sample: (node, operands) => whole(node, operands, Math.max(...operand(operands.inputs, 0).shape)),
  concat: ({ attributes }, { inputs, shape, lead }) => joinedFrom(inputs, shape, attributes.axis + lead),
  add: (node, operands) => elementwise(node, operands, added),
  sub: (node, operands) => elementwise(node, operands, added),
  mul: (node, operands) => elementwise(node, operands, multiplied),
  divide: elementwise,
  maximum: elementwise,
  minimum: elementwise,
  sum: (node, operands) => elementwise(node, operands, added),
  scale: (node, operands) =>
    elementwise(node, operands, (_, [size = 0]) => Math.abs(node.attributes.factor) * size),
  pad: ({ attributes }, operands) => paddedFrom(operand(operands.inputs, 0), attributes, operands),
  slice: ({ attributes: { axis, start, step } }, { inputs, shape, lead, extentOf }) => {
    const first = extentOf(start)
    const count = shape[axis + lead] ?? 0
    return takenFrom(operand(inputs, 0), axis + lead, count, (index) => first + index * step)
  },
  shift: ({ attributes: { axis, offsets } }, { inputs, lead }) =>
    shiftedFrom(operand(inputs, 0), axis + lead, offsets),
  roll: ({ attributes: { axis, offset } }, { inputs, lead }) => {
    const x = operand(inputs, 0)
    const extent = x.shape[axis + lead] ?? 1
    const rolled = (index: number): number => (((index - offset) % extent) + extent) % extent
    return takenFrom(x, axis + lead, extent, rolled)
  },
  gather: ({ attributes: { indices, axis } }, { inputs, shape, lead }) => {
    const places = numbersIn(indices)
    const rows = takenFrom(operand(inputs, 0), axis + lead, places.length, (index) => places[index] ?? -1)
    return { ...rows, shape }
  },
  scan: (node, operands) =>
    whole(node, operands, operand(operands.inputs, 0).shape[node.attributes.axis + operands.lead] ?? 1),
  reshape: (_, { inputs, shape }) => moved(operand(inputs, 0), shape, (positions) => positions),
  permute: ({ attributes: { order } }, { inputs, lead }) => {
    const axes = order.map((axis) => axis + lead)
    return permutedFrom(operand(inputs, 0), lead === 1 ? [0, ...axes] : axes)
  },
  dropout: (_, { inputs }) => operand(inputs, 0),
  gaussian_noise: (_, { inputs }) => operand(inputs, 0),
}

/** The weights and the bias of a convolution that has them as parameters. */
function kernelsOf(
  parameters: readonly Float64Array[],
): Pick<SampledKernels, 'weight' | 'bias' | 'summands'> {
  const weight = parameter(parameters, 0)
  return { weight: () => weight, bias: parameters[1], summands: 0 }
}

function reduced(
  { axes }: { readonly axes: readonly number[] },
  { inputs, shape, lead }: SampledOperands,
  rule: typeof summed,
): Source {
  const places = axes.map((axis) => axis + lead)
  return reducedAt(operand(inputs, 0), shape, places, rule, 'of magnitudes')
}

/** The graph was verified: a missing operand is our mistake. */
function operand(inputs: readonly Source[], position: number): Source {
  const found = inputs[position]
  if (found === undefined) throw new Error(`input ${position} is missing`)
  return found
}
