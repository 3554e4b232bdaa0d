// The primitives that are not about windows of voxels: products of tokens, activations, broadcasting and what moves elements.
import { add, div, mul, sigmoid, sub, tanh, tensor, type Tensor } from '@tensorflow/tfjs-core'
import { maximum, minimum } from '../kernels/extremes.ts'
import { reshape } from '../kernels/reshape.ts'
import { axesDrawn } from '../../../compiler/ops/primitive/dropout.ts'
import { extentsIn, numbersIn } from '../../../compiler/ops/nested-lists.ts'
import { Activation } from '../activation.ts'
import { elu, gelu, geluByTanh, prelu, softmax } from '../kernels/activations.ts'
import {
  abs,
  clipped,
  exp,
  hardSigmoid,
  hardSwish,
  log,
  relu6,
  rsqrt,
  silu,
  softplus,
  sqrt,
} from '../kernels/pointwise.ts'
import { attention } from '../kernels/attention.ts'
import { combined } from '../kernels/broadcasting.ts'
import { dropoutMask } from '../kernels/dropout.ts'
import { gatheredAlong, repeatedAlong } from '../kernels/gather.ts'
import { normalisedRows, scaledRows } from '../kernels/layer-norm.ts'
import { normalNoise } from '../kernels/gaussian-noise.ts'
import { linear, matmul } from '../kernels/matrix-product.ts'
import { joinedAlong, paddedAlong, permuted, rolledAlong, takenAlong } from '../kernels/rearrange.ts'
import { recurrence } from '../kernels/recurrence.ts'
import { maxima, means, minima, sums, variances, type Reduction } from '../kernels/reductions.ts'
import { alongAxis, asRows, flat } from '../kernels/views.ts'
import type { Entries, Operands } from '../operands.ts'
import type { ReductionAttributes } from '../../../compiler/ops/reduction.ts'
import { reduced, resized } from './along-axes.ts'
import { broadcast } from './broadcast.ts'
import { gridSampled } from './grid-sample.ts'
import { inPlace, inPlaceAlong, operand, parameter, placeInLast, together } from './given.ts'

export const general: Entries<
  | 'input'
  | 'parameter'
  | 'linear'
  | 'matmul'
  | 'attention'
  | 'layer_norm'
  | 'softmax'
  | 'elu'
  | 'prelu'
  | 'gelu'
  | 'sigmoid'
  | 'tanh'
  | 'silu'
  | 'hard_sigmoid'
  | 'hard_swish'
  | 'relu6'
  | 'softplus'
  | 'exp'
  | 'log'
  | 'sqrt'
  | 'rsqrt'
  | 'abs'
  | 'clip'
  | 'mean'
  | 'reduce_sum'
  | 'reduce_max'
  | 'reduce_min'
  | 'variance'
  | 'resize'
  | 'grid_sample'
  | 'concat'
  | 'add'
  | 'constant'
  | 'sub'
  | 'mul'
  | 'divide'
  | 'maximum'
  | 'minimum'
  | 'sum'
  | 'scale'
  | 'pad'
  | 'slice'
  | 'roll'
  | 'gather'
  | 'scan'
  | 'reshape'
  | 'permute'
  | 'dropout'
  | 'gaussian_noise'
> = {
  input: (_, { inputs }) => operand(inputs, 0),
  parameter: (_, { parameters }) => Activation.first(parameter(parameters, 0)),
  constant: ({ attributes: { values } }, { shape }) =>
    Activation.first(tensor(numbersIn(values), [...shape], 'float32')),
  linear: (_, { inputs, parameters }) =>
    Activation.first(linear(operand(inputs, 0).first(), parameter(parameters, 0), parameters[1])),
  matmul: ({ attributes }, { inputs, backend }) => {
    const [a, b] = [operand(inputs, 0).first(), operand(inputs, 1).first()]
    return Activation.first(matmul(a, b, attributes.transpose_b, backend))
  },
  attention: ({ attributes: { scale, dropout }, origin, id }, { inputs, backend, training }) => {
    const [q, k, v] = [operand(inputs, 0), operand(inputs, 1), operand(inputs, 2)].map((one) => one.first())
    if (q === undefined || k === undefined || v === undefined) throw new Error('an operand is missing')
    const mask =
      training === undefined || dropout === 0
        ? undefined
        : (shape: readonly number[]) => dropoutMask(shape, dropout, training.seed, `${origin.path}#${id}`)
    const biases = inputs.slice(3).map((one) => one.first())
    return Activation.first(attention(q, k, v, biases, { scale, backend, mask }))
  },
  layer_norm: ({ attributes: { axis, eps, affine } }, { inputs, parameters, lead }) =>
    inPlaceAlong(operand(inputs, 0), axis + lead, (x, at) =>
      asRows(x, at, (rows) => {
        const normalised = normalisedRows(rows, eps)
        return affine
          ? scaledRows(normalised, parameter(parameters, 0), parameter(parameters, 1))
          : normalised
      }),
    ),
  softmax: ({ attributes: { axis } }, { inputs, lead }) =>
    inPlaceAlong(operand(inputs, 0), axis + lead, (x, at) => asRows(x, at, softmax)),
  elu: ({ attributes: { alpha } }, { inputs }) => elementwise(inputs, (x) => elu(x, alpha)),
  prelu: (_, { inputs, parameters, lead }) => {
    const slopes = parameter(parameters, 0)
    return inPlaceAlong(operand(inputs, 0), lead, (x, at) =>
      alongAxis(x, at, (view) => prelu(view, reshape(slopes, [slopes.size, 1]))),
    )
  },
  gelu: ({ attributes }, { inputs }) =>
    elementwise(inputs, attributes.approximate === 'tanh' ? geluByTanh : gelu),
  sigmoid: (_, { inputs }) => elementwise(inputs, sigmoid),
  tanh: (_, { inputs }) => elementwise(inputs, tanh),
  silu: (_, { inputs }) => elementwise(inputs, silu),
  hard_sigmoid: (_, { inputs }) => elementwise(inputs, hardSigmoid),
  hard_swish: (_, { inputs }) => elementwise(inputs, hardSwish),
  relu6: (_, { inputs }) => elementwise(inputs, relu6),
  softplus: (_, { inputs }) => elementwise(inputs, softplus),
  exp: (_, { inputs }) => elementwise(inputs, exp),
  log: (_, { inputs }) => elementwise(inputs, log),
  sqrt: (_, { inputs }) => elementwise(inputs, sqrt),
  rsqrt: (_, { inputs }) => elementwise(inputs, rsqrt),
  abs: (_, { inputs }) => elementwise(inputs, abs),
  clip: ({ attributes: { min, max } }, { inputs }) => elementwise(inputs, (x) => clipped(x, min, max)),
  mean: (node, operands) => reducing(node, operands, means),
  reduce_sum: (node, operands) => reducing(node, operands, sums),
  reduce_max: (node, operands) => reducing(node, operands, maxima),
  reduce_min: (node, operands) => reducing(node, operands, minima),
  variance: (node, operands) => {
    const { axes, unbiased } = node.attributes
    const x = operand(operands.inputs, 0)
    const count = axes.reduce((all, axis) => all * (x.shape[axis + operands.lead] ?? 1), 1)
    const factor = unbiased ? count / (count - 1) : 1
    return reducing(node, operands, (given, places) => variances(given, places, factor))
  },
  resize: ({ attributes }, { inputs, shape }) => resized(operand(inputs, 0), shape, attributes),
  grid_sample: ({ attributes }, { inputs, shape }) =>
    gridSampled(operand(inputs, 0), operand(inputs, 1), shape, attributes),
  concat: ({ attributes: { axis } }, { inputs, lead }) =>
    together(inputs, (tensors, isLast) => {
      const rank = tensors[0]?.rank ?? 0
      return joinedAlong(tensors, isLast ? placeInLast(axis + lead, rank) : axis + lead)
    }),
  add: (_, { inputs }) => broadcast(operand(inputs, 0), operand(inputs, 1), add),
  sub: (_, { inputs }) => broadcast(operand(inputs, 0), operand(inputs, 1), sub),
  mul: (_, { inputs }) => broadcast(operand(inputs, 0), operand(inputs, 1), mul),
  divide: (_, { inputs }) => broadcast(operand(inputs, 0), operand(inputs, 1), div),
  maximum: (_, { inputs }) => broadcast(operand(inputs, 0), operand(inputs, 1), maximum),
  minimum: (_, { inputs }) => broadcast(operand(inputs, 0), operand(inputs, 1), minimum),
  sum: (_, { inputs }) => together(inputs, (tensors) => tensors.reduce((a, b) => combined(a, b, add))),
  scale: ({ attributes: { factor } }, { inputs }) => elementwise(inputs, (x) => mul(x, factor)),
  pad: ({ attributes: { low, high, value, mode } }, { inputs, lead, extentOf }) =>
    inPlace(operand(inputs, 0), (x) => {
      const first = operand(inputs, 0).isLast ? lead : lead + 1
      return low.reduce((done, before, k) => {
        const amounts = { low: extentOf(before), high: extentOf(high[k] ?? 0) }
        return mode === 'constant'
          ? paddedAlong(done, first + k, amounts.low, amounts.high, value)
          : repeatedAlong(done, first + k, amounts, mode)
      }, x)
    }),
  slice: ({ attributes: { axis, start, step } }, { inputs, shape, lead, extentOf }) =>
    inPlaceAlong(operand(inputs, 0), axis + lead, (x, at) =>
      takenAlong(x, at, extentOf(start), shape[axis + lead] ?? 0, step),
    ),
  roll: ({ attributes: { axis, offset } }, { inputs, lead }) =>
    inPlaceAlong(operand(inputs, 0), axis + lead, (x, at) => rolledAlong(x, at, offset)),
  gather: ({ attributes: { indices, axis } }, { inputs, lead, shape }) => {
    const x = operand(inputs, 0)
    const places = numbersIn(indices)
    if (extentsIn(indices).length === 1)
      return inPlaceAlong(x, axis + lead, (given, at) => gatheredAlong(given, at, places))
    return Activation.first(reshape(gatheredAlong(x.first(), axis + lead, places), [...shape]))
  },
  scan: ({ attributes: { axis, reverse } }, { inputs, lead }) =>
    Activation.first(
      recurrence(operand(inputs, 0).first(), operand(inputs, 1).first(), axis + lead, reverse),
    ),
  reshape: (_, { inputs, shape }) => Activation.first(reshape(operand(inputs, 0).first(), [...shape])),
  permute: ({ attributes: { order } }, { inputs, lead }) => {
    const axes = order.map((axis) => axis + lead)
    return Activation.first(permuted(operand(inputs, 0).first(), lead === 1 ? [0, ...axes] : axes))
  },
  dropout: ({ attributes, origin, id }, { inputs, lead, training }) => {
    const x = operand(inputs, 0)
    const { rate } = attributes
    if (training === undefined || rate === 0) return x
    const drawn = lead + axesDrawn(attributes, x.shape.length - lead)
    const shape = x.shape.map((extent, axis) => (axis < drawn ? extent : 1))
    const mask = Activation.first(dropoutMask(shape, rate, training.seed, `${origin.path}#${id}`))
    return broadcast(x, mask, mul)
  },
  gaussian_noise: ({ attributes: { std }, origin, id }, { inputs, training }) => {
    const x = operand(inputs, 0)
    if (training === undefined || std === 0) return x
    const noise = normalNoise(x.shape, std, training.seed, `${origin.path}#${id}`)
    return broadcast(x, Activation.first(noise), add)
  },
}

function reducing(
  { attributes: { axes } }: { readonly attributes: ReductionAttributes },
  { inputs, lead, shape }: Operands,
  rule: Reduction,
): Activation {
  const places = axes.map((axis) => axis + lead)
  return reduced(operand(inputs, 0), places, shape, rule)
}

function elementwise(inputs: readonly Activation[], rule: (x: Tensor) => Tensor): Activation {
  return inPlace(operand(inputs, 0), (x) => flat(x, rule))
}
