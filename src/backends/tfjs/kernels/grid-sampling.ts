// Sampling at given places, of which TensorFlow.js has no operation, from stock ones: along each axis a place has one or two taps with their
// shares, and each of its corners is a row of the image times the product of these shares.
import {
  add,
  concat,
  gatherND,
  mul,
  scatterND,
  slice,
  sum,
  tensor2d,
  tidy,
  zerosLike,
  type Tensor,
} from '@tensorflow/tfjs-core'
import type { GridSampleAttributes } from '../../../compiler/ops/primitive/grid-sample.ts'
import { summedOver } from './folded.ts'
import { alongGrid, type AxisTaps, type Tap } from './grid-taps.ts'
import { reshape } from './reshape.ts'
import { kept, withGradient } from './with-gradient.ts'

export interface Sampling {
  readonly attributes: GridSampleAttributes
  /** Of each image. */
  readonly extents: readonly number[]
  /** How many images there are; each has as many places of its own. */
  readonly images: number
}

/** `image` is `[images · voxels, C]`, `grid` `[images · places, n]`; the result `[images · places, C]`. */
export function rowsSampled(image: Tensor, grid: Tensor, sampling: Sampling): Tensor {
  return withGradient([image, grid], () => ({
    value: valueOf(image, grid, sampling),
    saved: [image, grid],
    gradient: (dy, saved) => {
      const [of, at] = [kept(saved, 0), kept(saved, 1)]
      return [imageGradient(dy, of, at, sampling), gridGradient(dy, of, at, sampling)]
    },
  }))
}

function valueOf(image: Tensor, grid: Tensor, sampling: Sampling): Tensor {
  const corners = cornersOf(axesOf(grid, sampling))
  return summedOver(corners.length, (k) => {
    const corner = corners[k] ?? []
    return mul(gatherND(image, rowsOf(corner, sampling)), column(shareOf(corner)))
  })
}

function imageGradient(dy: Tensor, image: Tensor, grid: Tensor, sampling: Sampling): Tensor {
  const corners = cornersOf(axesOf(grid, sampling))
  return summedOver(corners.length, (k) => {
    const corner = corners[k] ?? []
    return scatterND(rowsOf(corner, sampling), mul(dy, column(shareOf(corner))), image.shape)
  })
}

/** A step along an axis exchanges the shares of its two taps; what `nearest` takes does not change. */
function gridGradient(dy: Tensor, image: Tensor, grid: Tensor, sampling: Sampling): Tensor {
  if (sampling.attributes.mode === 'nearest') return zerosLike(grid)
  const axes = axesOf(grid, sampling)
  const corners = cornersOf(axes)
  const change = summedOver(corners.length, (k) => {
    const corner = corners[k] ?? []
    const value = sum(mul(dy, gatherND(image, rowsOf(corner, sampling))), 1)
    const steps = corner.map(({ step }, axis) => mul(step, shareOf(corner.toSpliced(axis, 1))))
    return concat(
      steps.map((step) => column(mul(value, step))),
      1,
    )
  })
  // Coordinate 0 is that of the image's last axis.
  const columns = axes.map(({ slope }, axis) => mul(slice(change, [0, axis], [-1, 1]), column(slope)))
  return concat(columns.toReversed(), 1)
}

const axesOf = (grid: Tensor, { attributes, extents }: Sampling): AxisTaps[] =>
  extents.map((extent, axis) => {
    const coordinate = slice(grid, [0, extents.length - 1 - axis], [-1, 1])
    return alongGrid(reshape(coordinate, [-1]), extent, attributes)
  })

/** All ways to take one tap of each axis. */
function cornersOf(axes: readonly AxisTaps[]): (readonly Tap[])[] {
  return axes.reduce<(readonly Tap[])[]>(
    (corners, { taps }) => corners.flatMap((corner) => taps.map((tap) => [...corner, tap])),
    [[]],
  )
}

/** Which rows of all images, `[places, 1]`: whole numbers, since single precision ends at 2^24. */
function rowsOf(corner: readonly Tap[], { extents, images }: Sampling): Tensor {
  return tidy(() => {
    const within = corner
      .map(({ index }) => index)
      .reduce((row, index, axis) => add(mul(row, whole([extents[axis] ?? 1])), index))
    const voxels = extents.reduce((all, extent) => all * extent, 1)
    const starts = whole(Array.from({ length: images }, (_, k) => k * voxels))
    return reshape(add(reshape(within, [images, -1]), starts), [-1, 1])
  })
}

const whole = (values: number[]): Tensor => tensor2d(values, [values.length, 1], 'int32')

const shareOf = (corner: readonly Tap[]): Tensor =>
  corner.map(({ share }) => share).reduce((product, share) => mul(product, share))

const column = (x: Tensor): Tensor => reshape(x, [-1, 1])
