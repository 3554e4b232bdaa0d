// The primitives that go over the voxels of an image: convolutions, norms, pools, shifts and the rectifiers between them. All of them work
// channels last.
import { add, mul, type Tensor } from '@tensorflow/tfjs-core'
import { reshape } from '../kernels/reshape.ts'
import { shiftChunks } from '../../../compiler/ops/primitive/shift.ts'
import { Activation } from '../activation.ts'
import type { AttributesOf } from '../../../compiler/ops/registry.ts'
import { convolution } from '../kernels/convolution.ts'
import type { Geometry } from '../kernels/grouped.ts'
import { normalised, normalisedBy, type Affine } from '../kernels/normalisation.ts'
import { averagePool, maxPool } from '../kernels/pooling.ts'
import { maxUnpool } from '../kernels/unpooling.ts'
import { leakyRelu, relu } from '../kernels/rectifiers.ts'
import { shifted } from '../kernels/shift.ts'
import { transposedConvolution } from '../kernels/transposed-convolution.ts'
import {
  channelsOf,
  extentsOf,
  imageOf,
  ofRank,
  tripleOf,
  type Triple,
  type Windows,
} from '../kernels/windows.ts'
import type { Entries, Operands } from '../operands.ts'
import { inPlace, operand, parameter, placeInLast } from './given.ts'

export const spatial: Entries<
  | 'conv'
  | 'conv_transpose'
  | 'conv_with'
  | 'instance_norm'
  | 'batch_norm'
  | 'group_norm'
  | 'relu'
  | 'leaky_relu'
  | 'max_pool'
  | 'max_unpool'
  | 'avg_pool'
  | 'shift'
> = {
  conv: ({ attributes }, { inputs, parameters, shape, training }) => {
    const image = imageOf(operand(inputs, 0).last())
    const geometry = geometryOf(attributes, image, shape)
    const [weight, bias] = [parameter(parameters, 0), parameters[1]]
    return laid(convolution(image, weight, bias, geometry, training?.isFirst), shape)
  },
  conv_with: ({ attributes }, { inputs, shape }) => {
    const image = imageOf(operand(inputs, 0).last())
    const weight = operand(inputs, 1).first()
    const geometry = geometryOf({ ...attributes, kernel: weight.shape.slice(2) }, image, shape)
    return laid(convolution(image, weight, undefined, geometry), shape)
  },
  conv_transpose: ({ attributes }, { inputs, parameters, shape }) => {
    const image = imageOf(operand(inputs, 0).last())
    const windows = windowsOf(attributes, attributes.padding)
    const geometry = {
      windows,
      groups: attributes.groups,
      extents: spatialOf(shape),
      places: extentsOf(image),
    }
    return laid(transposedConvolution(image, parameter(parameters, 0), parameters[1], geometry), shape)
  },
  instance_norm: ({ attributes }, operands) =>
    normalisedInGroups(operands, operands.shape[1] ?? 1, attributes),
  group_norm: ({ attributes }, operands) => normalisedInGroups(operands, attributes.groups, attributes),
  batch_norm: ({ attributes }, operands) => {
    const x = operand(operands.inputs, 0).last()
    const affine = affineOf(attributes.affine, operands.parameters)
    const first = attributes.affine ? 2 : 0
    const mean = parameter(operands.parameters, first)
    const variance = parameter(operands.parameters, first + 1)
    const { training } = operands
    if (training === undefined)
      return Activation.last(normalisedBy(x, { mean, variance, eps: attributes.eps }, affine))
    const channels = channelsOf(x)
    const count = x.size / channels
    const move = (position: number, running: Tensor, statistic: Tensor): void => {
      const newest = mul(reshape(statistic, [channels]), attributes.momentum)
      training.moved(position, add(mul(running, 1 - attributes.momentum), newest))
    }
    const y = normalised(reshape(x, [1, count, channels]), {
      groups: channels,
      eps: attributes.eps,
      affine,
      onStatistics: (newMean, newVariance) => {
        move(first, mean, newMean)
        // The running variance is the unbiased one; of a single value there is none, and the biased one stays.
        move(first + 1, variance, mul(newVariance, count > 1 ? count / (count - 1) : 1))
      },
    })
    return Activation.last(reshape(y, x.shape))
  },
  relu: (_, { inputs }) => inPlace(operand(inputs, 0), relu),
  leaky_relu: ({ attributes: { slope } }, { inputs }) =>
    inPlace(operand(inputs, 0), (x) => leakyRelu(x, slope)),
  max_pool: ({ attributes }, { inputs, shape }) => {
    const windows = windowsOf(attributes, attributes.padding)
    return laid(maxPool(imageOf(operand(inputs, 0).last()), windows, spatialOf(shape)), shape)
  },
  max_unpool: ({ attributes }, { inputs, shape }) => {
    const [x, image] = [imageOf(operand(inputs, 0).last()), imageOf(operand(inputs, 1).last())]
    return laid(maxUnpool(x, image, windowsOf(attributes, attributes.padding), extentsOf(x)), shape)
  },
  avg_pool: ({ attributes }, { inputs, shape }) => {
    const windows = windowsOf(attributes, attributes.padding)
    const divisor = attributes.count_include_pad ? 'with padding' : 'without padding'
    return laid(averagePool(imageOf(operand(inputs, 0).last()), windows, spatialOf(shape), divisor), shape)
  },
  shift: ({ attributes: { axis, offsets } }, { inputs }) => {
    const x = operand(inputs, 0).last()
    const place = placeInLast(axis + 1, x.rank)
    return Activation.last(shifted(x, place, shiftChunks(channelsOf(x), offsets)))
  },
}

/** Of a convolution; `shape` is that of its result. */
export function geometryOf(
  attributes: AttributesOf<'conv'> | (AttributesOf<'conv_with'> & { readonly kernel: readonly number[] }),
  image: Tensor,
  shape: readonly number[],
): Geometry {
  const windows = windowsOf(
    attributes,
    attributes.padding.map(([low]) => low),
  )
  return { windows, groups: attributes.groups, extents: extentsOf(image), places: spatialOf(shape) }
}

/** An image `[N, D, H, W, C]` with the axes that the network counts. */
export function laid(image: Tensor, shape: readonly number[]): Activation {
  return Activation.last(ofRank(image, shape))
}

function spatialOf(shape: readonly number[]): Triple {
  return tripleOf(shape.slice(2), 1)
}

interface WindowAttributes {
  readonly kernel: readonly number[]
  readonly stride: readonly number[]
  readonly dilation?: readonly number[]
}

function windowsOf({ kernel, stride, dilation = [] }: WindowAttributes, low: readonly number[]): Windows {
  return {
    kernel: tripleOf(kernel, 1),
    stride: tripleOf(stride, 1),
    dilation: tripleOf(dilation, 1),
    low: tripleOf(low, 0),
  }
}

function normalisedInGroups(
  { inputs, parameters }: Operands,
  groups: number,
  { eps, affine }: { readonly eps: number; readonly affine: boolean },
): Activation {
  const x = operand(inputs, 0).last()
  const channels = channelsOf(x)
  const batch = x.shape[0] ?? 1
  const rows = reshape(x, [batch, x.size / (batch * channels), channels])
  const y = normalised(rows, { groups, eps, affine: affineOf(affine, parameters) })
  return Activation.last(reshape(y, x.shape))
}

/** The first two parameters of a norm, where it has them. */
function affineOf(affine: boolean, parameters: readonly Tensor[]): Affine | undefined {
  return affine ? { weight: parameter(parameters, 0), bias: parameter(parameters, 1) } : undefined
}
