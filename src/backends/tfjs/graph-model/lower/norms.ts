// Normalisations. Sums over an image are pools, one axis after the other: fast on every backend, and exact to a few roundings.
import type { GraphBuilder, Handle } from '../builder.ts'
import { ints, text } from '../convolve.ts'
import { imageOf, volume, type Image } from '../images.ts'
import type { Entries, Step } from '../step.ts'
import { alongLast } from './elementwise.ts'

export const norms: Entries<'instance_norm' | 'batch_norm' | 'group_norm' | 'layer_norm'> = {
  instance_norm: ({ attributes: { eps, affine } }, step) => {
    const image = imageOf(step.input())
    return step.result('last', normalised(step, image, { groups: image.channels, eps, affine }))
  },
  group_norm: ({ attributes }, step) =>
    step.result('last', normalised(step, imageOf(step.input()), attributes)),
  batch_norm: ({ attributes: { eps, affine } }, step) => {
    const { builder } = step
    const x = step.input().in('last')
    const channels = [x.dims.at(-1) ?? 1]
    const first = affine ? 2 : 0
    const [mean, variance] = [step.parameter(first), step.parameter(first + 1)]
    const inverse = inverseRoot(builder, variance, eps)
    const factor = affine ? builder.op('Mul', [inverse, step.parameter(0)], channels) : inverse
    const centred = builder.op('Sub', [x, mean], x.dims)
    const scaled = builder.op('Mul', [centred, factor], x.dims)
    return step.result('last', affine ? builder.op('AddV2', [scaled, step.parameter(1)], x.dims) : scaled)
  },
  layer_norm: ({ attributes: { eps, affine, axis } }, step) =>
    alongLast(step, axis, (rows) => {
      const { builder } = step
      const single = [rows.dims[0] ?? 1, 1]
      const centred = builder.op('Sub', [rows, rowMean(builder, rows, single)], rows.dims)
      const square = builder.op('Square', [centred], rows.dims)
      const inverse = inverseRoot(builder, rowMean(builder, square, single), eps)
      const normal = builder.op('Mul', [centred, inverse], rows.dims)
      if (!affine) return normal
      const scaled = builder.op('Mul', [normal, step.parameter(0)], rows.dims)
      return builder.op('AddV2', [scaled, step.parameter(1)], rows.dims)
    }),
}

interface Normalisation {
  readonly groups: number
  readonly eps: number
  readonly affine: boolean
}

/** `(x - mean) / √(var + eps) · weight + bias` of `[N, V, C]`, the statistics over the voxels and the channels of each group. */
function normalised(step: Step, image: Image, { groups, eps, affine }: Normalisation): Handle {
  const { builder } = step
  const { channels, extents } = image
  const voxels = extents[0] * extents[1] * extents[2]
  const x = builder.as(image.handle, [-1, voxels, channels])
  const mean = groupMean(builder, image, groups)
  const centred = builder.op('Sub', [x, mean], x.dims)
  const squares = { ...image, handle: builder.op('Square', [centred], x.dims) }
  const inverse = inverseRoot(builder, groupMean(builder, squares, groups), eps)
  const factor = affine ? builder.op('Mul', [inverse, step.parameter(0)], inverse.dims) : inverse
  const scaled = builder.op('Mul', [centred, factor], x.dims)
  return affine ? builder.op('AddV2', [scaled, step.parameter(1)], x.dims) : scaled
}

function inverseRoot(builder: GraphBuilder, variance: Handle, eps: number): Handle {
  const raised = builder.op('AddV2', [variance, builder.floats([eps])], variance.dims)
  return builder.op('Rsqrt', [raised], variance.dims)
}

/** `[N, 1, C]`: the mean of each group at each of its channels. */
function groupMean(builder: GraphBuilder, image: Image, groups: number): Handle {
  const { channels } = image
  const means = channelMeans(builder, image)
  const size = channels / groups
  if (size === 1) return builder.as(means, [-1, 1, channels])
  // Every channel has as many voxels, so the mean of the means is the mean.
  const rows = builder.as(means, [-1, size])
  const single = rowMean(builder, rows, [-1, 1])
  const spread = builder.op(
    'Mul',
    [single, builder.floats(Array<number>(size).fill(1), [1, size])],
    [-1, size],
  )
  return builder.as(spread, [-1, 1, channels])
}

/** `[N, C]`: the mean of each channel's voxels. */
export function channelMeans(builder: GraphBuilder, image: Image): Handle {
  const [depth, height, width] = image.extents
  const { channels } = image
  const rows = pooledRow(builder, volume(builder, image), [depth * height, width, channels])
  const planes = pooledRow(builder, rows, [depth, height, channels])
  return builder.as(pooledRow(builder, planes, [1, depth, channels]), [-1, channels])
}

/** The mean of the second of the three extents. */
function pooledRow(
  builder: GraphBuilder,
  handle: Handle,
  [outer, extent, channels]: readonly [number, number, number],
): Handle {
  if (extent === 1) return handle
  const view = builder.as(handle, [-1, outer, extent, channels])
  const window = ints([1, 1, extent, 1])
  return builder.op('AvgPool', [view], [-1, outer, 1, channels], {
    ksize: window,
    strides: window,
    padding: text('VALID'),
    data_format: text('NHWC'),
  })
}

function rowMean(builder: GraphBuilder, rows: Handle, dims: readonly number[]): Handle {
  return builder.op('Mean', [rows, builder.ints([1])], dims, { keep_dims: { kind: 'bool', value: true } })
}
