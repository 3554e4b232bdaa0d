// One entry for each primitive: what it computes in inference. The kernels are in the files beside this one.
import type { Dim } from '../../compiler/ir/tensor.ts'
import { numbersIn } from '../../compiler/ops/nested-lists.ts'
import type { ReductionAttributes } from '../../compiler/ops/reduction.ts'
import type { LoweringTable } from '../backend.ts'
import {
  clipped,
  elu,
  gelu,
  geluByTanh,
  hardSigmoid,
  leakyRelu,
  prelu,
  relu,
  sigmoid,
  softmax,
  softplus,
} from './activations.ts'
import { attention } from './attention.ts'
import { combined } from './broadcasting.ts'
import { convolution, transposedConvolution } from './convolution.ts'
import { gridSampled } from './grid-sampling.ts'
import { resized } from './interpolation.ts'
import { linear, matmul } from './matrix-product.ts'
import { batchNorm, groupNorm, layerNorm, type Affine } from './normalisation.ts'
import { averagePool, maxPool, maxUnpool } from './pooling.ts'
import { joined, padded, permuted, rolled, shifted, taken } from './rearrangement.ts'
import { recurrence } from './recurrence.ts'
import { averaged, greatest, least, summed, varianceOf } from './reductions.ts'
import { mapped, type Tensor } from './tensor.ts'
import { spatialOf, windowsOf } from './windows.ts'

/** What one node is computed from. */
export interface Operands {
  /** The values of the node's inputs; for an `input` node, the tensor that was given for it. */
  readonly inputs: readonly Tensor[]
  /** In the order of the operator's parameter specs. */
  readonly parameters: readonly Float64Array[]
  /** The shape of the result as the compiler inferred it, with its symbols bound and its batch. */
  readonly shape: readonly number[]
  /** 1 where a batch leads the result, else 0: axes in attributes leave it out. */
  readonly lead: 0 | 1
  extentOf(dim: Dim): number
}

export const table: LoweringTable<Operands, Tensor> = {
  input: (_, { inputs }) => operand(inputs, 0),
  parameter: (_, { parameters, shape }) => ({ shape, data: parameter(parameters, 0) }),
  constant: ({ attributes: { values } }, { shape }) => ({
    shape,
    data: Float64Array.from(numbersIn(values)),
  }),
  conv: ({ attributes }, { inputs, parameters, shape }) => {
    const x = operand(inputs, 0)
    const windows = windowsOf(
      attributes,
      attributes.padding.map(([low]) => low),
    )
    const unfolding = { windows, extents: spatialOf(x.shape), places: spatialOf(shape) }
    const [weight, bias] = [parameter(parameters, 0), parameters[1]]
    return convolution(x, { weight, bias, groups: attributes.groups }, unfolding, shape)
  },
  conv_with: ({ attributes }, { inputs, shape }) => {
    const [x, weight] = [operand(inputs, 0), operand(inputs, 1)]
    const low = attributes.padding.map(([one]) => one)
    const windows = windowsOf({ ...attributes, kernel: weight.shape.slice(2) }, low)
    const unfolding = { windows, extents: spatialOf(x.shape), places: spatialOf(shape) }
    const kernels = { weight: weight.data, bias: undefined, groups: attributes.groups }
    return convolution(x, kernels, unfolding, shape)
  },
  conv_transpose: ({ attributes }, { inputs, parameters, shape }) => {
    const x = operand(inputs, 0)
    const windows = windowsOf(attributes, attributes.padding)
    const unfolding = { windows, extents: spatialOf(shape), places: spatialOf(x.shape) }
    const [weight, bias] = [parameter(parameters, 0), parameters[1]]
    return transposedConvolution(x, { weight, bias, groups: attributes.groups }, unfolding, shape)
  },
  linear: ({ attributes }, { inputs, parameters }) =>
    linear(operand(inputs, 0), parameter(parameters, 0), parameters[1], attributes.features),
  matmul: ({ attributes }, { inputs }) =>
    matmul(operand(inputs, 0), operand(inputs, 1), attributes.transpose_b ? 'transposed' : 'as it is'),
  attention: ({ attributes: { scale } }, { inputs }) =>
    attention(operand(inputs, 0), operand(inputs, 1), operand(inputs, 2), inputs.slice(3), scale),
  instance_norm: ({ attributes }, { inputs, parameters }) => {
    const x = operand(inputs, 0)
    return groupNorm(x, x.shape[1] ?? 1, attributes.eps, affineOf(attributes.affine, parameters))
  },
  batch_norm: ({ attributes }, { inputs, parameters }) => {
    const [mean, variance] = parameters.slice(-2)
    if (mean === undefined || variance === undefined) throw new Error('statistics are missing')
    const affine = affineOf(attributes.affine, parameters)
    return batchNorm(operand(inputs, 0), { mean, variance, eps: attributes.eps }, affine)
  },
  group_norm: ({ attributes }, { inputs, parameters }) =>
    groupNorm(operand(inputs, 0), attributes.groups, attributes.eps, affineOf(attributes.affine, parameters)),
  layer_norm: ({ attributes }, { inputs, parameters, lead }) => {
    const affine = affineOf(attributes.affine, parameters)
    return layerNorm(operand(inputs, 0), attributes.axis + lead, attributes.eps, affine)
  },
  relu: pointwise(relu),
  leaky_relu: ({ attributes: { slope } }, { inputs }) =>
    mapped(operand(inputs, 0), (value) => leakyRelu(value, slope)),
  elu: ({ attributes: { alpha } }, { inputs }) => mapped(operand(inputs, 0), (value) => elu(value, alpha)),
  prelu: (_, { inputs, parameters, lead }) => prelu(operand(inputs, 0), lead, parameter(parameters, 0)),
  gelu: ({ attributes }, { inputs }) =>
    mapped(operand(inputs, 0), attributes.approximate === 'tanh' ? geluByTanh : gelu),
  sigmoid: pointwise(sigmoid),
  tanh: pointwise(Math.tanh),
  silu: pointwise((x) => x * sigmoid(x)),
  hard_sigmoid: pointwise(hardSigmoid),
  hard_swish: pointwise((x) => x * hardSigmoid(x)),
  relu6: pointwise((x) => clipped(x, 0, 6)),
  softplus: pointwise(softplus),
  exp: pointwise(Math.exp),
  log: pointwise(Math.log),
  sqrt: pointwise(Math.sqrt),
  rsqrt: pointwise((x) => 1 / Math.sqrt(x)),
  abs: pointwise(Math.abs),
  clip: ({ attributes: { min, max } }, { inputs }) =>
    mapped(operand(inputs, 0), (value) =>
      clipped(value, min === 'none' ? -Infinity : min, max === 'none' ? Infinity : max),
    ),
  softmax: ({ attributes }, { inputs, lead }) => softmax(operand(inputs, 0), attributes.axis + lead),
  max_pool: ({ attributes }, { inputs, shape }) =>
    maxPool(operand(inputs, 0), windowsOf(attributes, attributes.padding), shape),
  max_unpool: ({ attributes }, { inputs }) =>
    maxUnpool(operand(inputs, 0), operand(inputs, 1), windowsOf(attributes, attributes.padding)),
  avg_pool: ({ attributes }, { inputs, shape }) => {
    const divisor = attributes.count_include_pad ? 'with padding' : 'without padding'
    return averagePool(operand(inputs, 0), windowsOf(attributes, attributes.padding), shape, divisor)
  },
  mean: reducing(averaged),
  reduce_sum: reducing(summed),
  reduce_max: reducing(greatest),
  reduce_min: reducing(least),
  variance: ({ attributes: { axes, unbiased } }, { inputs, shape, lead }) => {
    const places = axes.map((axis) => axis + lead)
    return { shape, data: varianceOf(operand(inputs, 0), places, unbiased ? 1 : 0).data }
  },
  resize: ({ attributes }, { inputs, shape }) => resized(operand(inputs, 0), shape, attributes),
  grid_sample: ({ attributes }, { inputs, shape }) =>
    gridSampled(operand(inputs, 0), operand(inputs, 1), shape, attributes),
  concat: ({ attributes }, { inputs, lead }) => joined(inputs, attributes.axis + lead),
  add: broadcasting(plus),
  sub: broadcasting((a, b) => a - b),
  mul: broadcasting((a, b) => a * b),
  divide: broadcasting((a, b) => a / b),
  maximum: broadcasting(Math.max),
  minimum: broadcasting(Math.min),
  sum: (_, { inputs }) => inputs.reduce((sum, next) => combined(sum, next, plus)),
  scale: ({ attributes: { factor } }, { inputs }) => mapped(operand(inputs, 0), (value) => factor * value),
  pad: ({ attributes }, operands) => padded(operand(operands.inputs, 0), attributes, operands),
  slice: ({ attributes: { axis, start, step } }, { inputs, shape, lead, extentOf }) => {
    const first = extentOf(start)
    return taken(operand(inputs, 0), axis + lead, shape[axis + lead] ?? 0, (index) => first + index * step)
  },
  shift: ({ attributes: { axis, offsets } }, { inputs, lead }) =>
    shifted(operand(inputs, 0), axis + lead, offsets),
  roll: ({ attributes: { axis, offset } }, { inputs, lead }) =>
    rolled(operand(inputs, 0), axis + lead, offset),
  gather: ({ attributes: { indices, axis } }, { inputs, shape, lead }) => {
    const places = numbersIn(indices)
    const rows = taken(operand(inputs, 0), axis + lead, places.length, (index) => places[index] ?? -1)
    return { shape, data: rows.data }
  },
  scan: ({ attributes: { axis, reverse } }, { inputs, lead }) =>
    recurrence(operand(inputs, 0), operand(inputs, 1), axis + lead, reverse),
  reshape: (_, { inputs, shape }) => ({ shape, data: operand(inputs, 0).data }),
  permute: ({ attributes: { order } }, { inputs, lead }) => {
    const axes = order.map((axis) => axis + lead)
    return permuted(operand(inputs, 0), lead === 1 ? [0, ...axes] : axes)
  },
  dropout: (_, { inputs }) => operand(inputs, 0),
  gaussian_noise: (_, { inputs }) => operand(inputs, 0),
}

function pointwise(rule: (x: number) => number): (node: unknown, operands: Operands) => Tensor {
  return (_, { inputs }) => mapped(operand(inputs, 0), rule)
}

function reducing(
  rule: (x: Tensor, axes: readonly number[]) => Tensor,
): (node: { readonly attributes: ReductionAttributes }, operands: Operands) => Tensor {
  return ({ attributes: { axes } }, { inputs, shape, lead }) => {
    const places = axes.map((axis) => axis + lead)
    return { shape, data: rule(operand(inputs, 0), places).data }
  }
}

function plus(a: number, b: number): number {
  return a + b
}

function broadcasting(rule: (a: number, b: number) => number): (node: unknown, operands: Operands) => Tensor {
  return (_, { inputs }) => combined(operand(inputs, 0), operand(inputs, 1), rule)
}

/** The graph was verified: a missing operand is our mistake. */
function operand(inputs: readonly Tensor[], position: number): Tensor {
  const found = inputs[position]
  if (found === undefined) throw new Error(`input ${position} is missing`)
  return found
}

export function parameter(parameters: readonly Float64Array[], position: number): Float64Array {
  const found = parameters[position]
  if (found === undefined) throw new Error(`parameter ${position} is missing`)
  return found
}

/** The first two parameters of a norm, where it has them. */
export function affineOf(affine: boolean, parameters: readonly Float64Array[]): Affine | undefined {
  return affine ? { weight: parameter(parameters, 0), bias: parameter(parameters, 1) } : undefined
}
