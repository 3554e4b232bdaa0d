// Pools. A pool is one of planes, then the taps of the depth one with another; the stock 3D kernels are wrong or slow.
import { elementsOf, type TfOp } from '../model.ts'
import type { GraphBuilder, Handle } from '../builder.ts'
import { ints, text } from '../convolve.ts'
import {
  framed,
  imageOf,
  imageResult,
  slices,
  taken,
  tripleOf,
  volume,
  type Image,
  type Triple,
} from '../images.ts'
import type { Entries } from '../step.ts'

export const pools: Entries<'max_pool' | 'avg_pool'> = {
  max_pool: ({ attributes }, step) => {
    const x = imageOf(step.input())
    const windows = windowsOf(attributes, step.shape, x.extents)
    const padded = windows.reduce(
      (image, { low, high }, axis) => framed(step.builder, image, axis, { low, high, value: -Infinity }),
      x,
    )
    return imageResult(step, pooled(step.builder, padded, windows, 'max'))
  },
  avg_pool: ({ attributes }, step) => {
    const { builder } = step
    const x = imageOf(step.input())
    const windows = windowsOf(attributes, step.shape, x.extents)
    const padded = windows.reduce((image, window, axis) => framed(builder, image, axis, window), x)
    const mean = pooled(builder, padded, windows, 'average')
    const corrections = windows.map((window, axis) =>
      divisors(window, x.extents[axis] ?? 1, attributes.count_include_pad),
    )
    return imageResult(step, { ...mean, handle: corrected(builder, mean, corrections) })
  },
}

export interface Window {
  readonly kernel: number
  readonly stride: number
  readonly dilation: number
  readonly padding: number
  readonly low: number
  /** As much as the last window needs: with `ceil_mode` more than the padding, and less where nothing reads the rest. */
  readonly high: number
  readonly count: number
}

interface PoolAttributes {
  readonly kernel: readonly number[]
  readonly stride: readonly number[]
  readonly padding: readonly number[]
  readonly dilation?: readonly number[]
}

export function windowsOf(
  { kernel, stride, padding, dilation }: PoolAttributes,
  shape: readonly number[],
  extents: Triple<number>,
): Triple<Window> {
  const counts = tripleOf(shape.slice(1), 1)
  const shift = 3 - kernel.length
  const window = (axis: number): Window => {
    const own = axis - shift
    const [taps, step] = [kernel[own] ?? 1, stride[own] ?? 1]
    const [low, apart] = [padding[own] ?? 0, dilation?.[own] ?? 1]
    const count = counts[axis] ?? 1
    const end = (count - 1) * step + apart * (taps - 1) + 1 - low
    const high = end - (extents[axis] ?? 1)
    return { kernel: taps, stride: step, dilation: apart, padding: low, low, high, count }
  }
  return [window(0), window(1), window(2)]
}

type Kind = 'max' | 'average'

/** The windows of an image that is padded already. */
function pooled(builder: GraphBuilder, image: Image, windows: Triple<Window>, kind: Kind): Image {
  const [depth, height, width] = windows
  const planes =
    height.dilation === 1 && width.dilation === 1
      ? planePool(builder, image, windows, kind)
      : tapsOf(builder, tapsOf(builder, image, 2, width, kind), 1, height, kind)
  const all = tapsOf(builder, planes, 0, depth, kind)
  if (kind === 'max' || depth.kernel === 1) return all
  const share = builder.floats([1 / depth.kernel])
  return { ...all, handle: builder.op('Mul', [all.handle, share], all.handle.dims) }
}

function planePool(
  builder: GraphBuilder,
  image: Image,
  [, height, width]: Triple<Window>,
  kind: Kind,
): Image {
  const isWhole = [height, width].every(({ kernel, stride }) => kernel === 1 && stride === 1)
  if (isWhole) return image
  const x = slices(builder, image)
  const dims = [-1, height.count, width.count, image.channels]
  const op: TfOp = kind === 'max' ? 'MaxPool' : 'AvgPool'
  const handle = builder.op(op, [x], dims, {
    ksize: ints([1, height.kernel, width.kernel, 1]),
    strides: ints([1, height.stride, width.stride, 1]),
    padding: text('VALID'),
    data_format: text('NHWC'),
  })
  return { ...image, handle, extents: [image.extents[0], height.count, width.count] }
}

/** Each tap of an axis taken from its places, and combined with the others. */
function tapsOf(builder: GraphBuilder, image: Image, axis: number, window: Window, kind: Kind): Image {
  const taps = eachTap(builder, image, axis, window)
  return taps.reduce((all, tap) => {
    const [left, right] = [volume(builder, all), volume(builder, tap)]
    return { ...tap, handle: builder.op(kind === 'max' ? 'Maximum' : 'AddV2', [left, right], left.dims) }
  })
}

/** What the windows of one axis read, tap by tap. */
export function eachTap(
  builder: GraphBuilder,
  image: Image,
  axis: number,
  { kernel, stride, dilation, count }: Window,
): Image[] {
  return Array.from({ length: kernel }, (_, tap) =>
    taken(builder, image, axis, { start: tap * dilation, count, step: stride }),
  )
}

/** By place: what a mean over all taps is multiplied with, since some of them are not counted. */
function divisors(window: Window, extent: number, countsPadding: boolean): number[] {
  const { kernel, stride, padding, count } = window
  return Array.from({ length: count }, (_, place) => {
    const sources = Array.from({ length: kernel }, (__, tap) => place * stride + tap - padding)
    const counted = sources.filter((source) =>
      countsPadding ? source < extent + padding : source >= 0 && source < extent,
    ).length
    return counted === 0 ? 0 : kernel / counted
  })
}

function corrected(builder: GraphBuilder, { handle, channels }: Image, factors: readonly number[][]): Handle {
  const [depths = [], heights = [], widths = []] = factors
  if ([depths, heights, widths].every((row) => row.every((one) => one === 1))) return handle
  const map = depths.flatMap((d) => heights.flatMap((h) => widths.map((w) => d * h * w)))
  const x = builder.as(handle, [-1, elementsOf([depths.length, heights.length, widths.length]), channels])
  return builder.op('Mul', [x, builder.floats(map, [map.length, 1])], x.dims)
}
