// Interpolation, one axis or one plane at a time, with the stock kernels wherever they take the very places that PyTorch takes.
import type { NodeOf } from '../../../backend.ts'
import { interpolationMatrix, type AxisRule as Way } from '../../../interpolation.ts'
import { axisView, transposed } from '../axes.ts'
import type { GraphBuilder, Handle } from '../builder.ts'
import { imageOf, imageResult, slices, tripleOf, volume, type Image, type Triple } from '../images.ts'
import type { Entries } from '../step.ts'

export const resizes: Entries<'resize'> = {
  resize: ({ attributes }, step) => {
    const { builder } = step
    const image = imageOf(step.input())
    const counts = tripleOf(step.shape.slice(1), 1)
    const ways = waysOf(attributes, image.extents, counts)
    const [depth, height, width] = ways
    const planes = resizedPlane(builder, image, height, width)
    return imageResult(step, resizedAxis(builder, planes, 0, depth))
  },
}

function waysOf(
  { mode, align_corners, scale }: NodeOf<'resize'>['attributes'],
  extents: Triple<number>,
  counts: Triple<number>,
): Triple<Way> {
  const scales = scale === 'none' ? undefined : tripleOf<number | undefined>(scale, undefined)
  const way = (axis: 0 | 1 | 2): Way => {
    const [extent, count] = [extents[axis], counts[axis]]
    const factor = scales?.[axis]
    const over = factor === undefined ? extent : 1
    return { mode, alignsCorners: align_corners, extent, count, over, under: factor ?? count }
  }
  return [way(0), way(1), way(2)]
}

/** PyTorch copies an axis that keeps its extent where it is linear, also where the scale is not 1. */
function isKept({ mode, extent, count, over, under }: Way): boolean {
  return extent === count && (mode === 'linear' || over === under)
}

/** Whether a stock kernel takes the same places; it only knows the two extents, and single precision. */
function isStock(way: Way): boolean {
  const { mode, alignsCorners, extent, count, over, under } = way
  if (mode === 'cubic') return false
  if (mode === 'linear') return alignsCorners || over * count === under * extent
  return [Math.fround, (one: number) => one].every((round) => {
    const ratio = round(extent / count)
    return sourcesOf(way).every((source, k) => source === Math.min(Math.floor(round(k * ratio)), extent - 1))
  })
}

/** Which element each one of the result is. */
function sourcesOf({ extent, count, over, under }: Way): number[] {
  return Array.from({ length: count }, (_, k) => Math.min(Math.floor((k * over) / under), extent - 1))
}

/** Height and width in one kernel where it can do both. */
function resizedPlane(builder: GraphBuilder, image: Image, height: Way, width: Way): Image {
  const stock = (way: Way): boolean => isKept(way) || isStock(way)
  if (isKept(height) || isKept(width) || !stock(height) || !stock(width))
    return resizedAxis(builder, resizedAxis(builder, image, 1, height), 2, width)
  const handle = stockResize(builder, slices(builder, image), height, [height.count, width.count])
  return { ...image, handle, extents: [image.extents[0], height.count, width.count] }
}

function resizedAxis(builder: GraphBuilder, image: Image, axis: number, way: Way): Image {
  if (isKept(way)) return image
  const handle = isStock(way)
    ? axisByKernel(builder, image, axis, way)
    : axisBySources(builder, image, axis, way)
  const [depth, height, width] = image.extents.with(axis, way.count)
  return { ...image, handle, extents: [depth ?? 1, height ?? 1, width ?? 1] }
}

/** The axis as the height of planes whose width is everything inside it, which keeps its extent. */
function axisByKernel(builder: GraphBuilder, image: Image, axis: number, way: Way): Handle {
  const inner = image.extents.slice(axis + 1).reduce((all, one) => all * one, 1)
  const rows = builder.as(image.handle, [-1, way.extent, inner, image.channels])
  return stockResize(builder, rows, way, [way.count, inner])
}

function stockResize(
  builder: GraphBuilder,
  x: Handle,
  { mode, alignsCorners }: Way,
  size: readonly [number, number],
): Handle {
  const flag = (value: boolean): { readonly kind: 'bool'; readonly value: boolean } => ({
    kind: 'bool',
    value,
  })
  const isLinear = mode === 'linear'
  return builder.op(
    isLinear ? 'ResizeBilinear' : 'ResizeNearestNeighbor',
    [x, builder.ints(size)],
    [-1, ...size, x.dims[3] ?? 1],
    { align_corners: flag(alignsCorners), half_pixel_centers: flag(isLinear && !alignsCorners) },
  )
}

/** By the places themselves: gathered, or a matrix of the weights. */
function axisBySources(builder: GraphBuilder, image: Image, axis: number, way: Way): Handle {
  const whole = volume(builder, image)
  const view = axisView(builder, whole, axis + 1)
  const dims = view.dims.with(1, way.count)
  if (way.mode === 'nearest')
    return builder.op('GatherV2', [view, builder.ints(sourcesOf(way)), builder.int(1)], dims)
  const rank = view.dims.length
  const last = rank === 2 ? view : transposed(builder, view, [0, 2, 1])
  const rows = builder.as(last, [-1, way.extent])
  const product = builder.op(
    'MatMul',
    [rows, builder.floats([...interpolationMatrix(way)], [way.count, way.extent])],
    [-1, way.count],
    { transpose_b: { kind: 'bool', value: true } },
  )
  if (rank === 2) return product
  return transposed(builder, builder.as(product, [-1, view.dims[2] ?? 1, way.count]), [0, 2, 1])
}
