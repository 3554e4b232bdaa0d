// Stage 5, resample: an image at the extents of the target spacing. Its inverse for scores is in `restore.ts`.
// nnunetv2 2.8.1: preprocessing/resampling/default_resampling.py, `resample_data_or_seg`.
import type { Extents } from '../case.ts'
import { rangeOf } from '../normalise.ts'
import { perAxis, sameExtents, voxelsOf, type Grid } from './grid.ts'
import type { Separation } from './spacing.ts'
import { nearest, resampledLines } from './spline.ts'

export interface Resampling {
  readonly separation: Separation
  readonly threshold: number
}

export interface ImageResampling extends Resampling {
  /** 3: cubic B-splines, 1: linear. */
  readonly order: 1 | 3
}

export interface ScoreResampling extends Resampling {
  /** In what scores are stored where they are rounded as nnU-Net does: in what they were summed in, or in float32. */
  readonly stored?: 'float32'
}

/**
 * One channel at other extents. Together, along all axes; no value goes beyond those of the channel. With an axis of its own each slice
 * across it by itself, no value beyond those of the slice, and then of these the nearest along the axis. Held besides the channel and the
 * result: two arrays of no more than the product of the larger extents of each axis.
 */
export function resampled(grid: Grid, to: Extents, order: 1 | 3, separate: 0 | 1 | 2 | undefined): Grid {
  if (sameExtents(grid.extents, to)) return grid
  if (separate === undefined) return clipped(alongAxes(grid, to, order, [2, 1, 0]), rangeOf(grid.data))
  const slices = perAxis((axis) => (axis === separate ? grid.extents[axis] : to[axis]))
  const inPlane = alongAxes(
    grid,
    slices,
    order,
    [2, 1, 0].filter((axis) => axis !== separate),
  )
  return nearestAlong(clippedBySlice(inPlane, grid, separate), to[separate], separate)
}

function alongAxes(grid: Grid, to: Extents, order: 1 | 3, axes: readonly number[]): Grid {
  return axes.reduce((one, axis) => alongAxis(one, axis, to[axis] ?? 1, order), grid)
}

/** An axis whose extent stays is left as it is: a spline goes through its samples. */
function alongAxis({ extents, data }: Grid, axis: number, m: number, order: 1 | 3): Grid {
  const lines = linesOf(extents, axis)
  if (lines.count === m) return { extents, data }
  return {
    extents: perAxis((k) => (k === axis ? m : extents[k])),
    data: resampledLines(data, lines, m, order),
  }
}

function linesOf(extents: Extents, axis: number): { outer: number; count: number; inner: number } {
  const product = (list: readonly number[]): number => list.reduce((all, one) => all * one, 1)
  return {
    outer: product(extents.slice(0, axis)),
    count: extents[axis] ?? 1,
    inner: product(extents.slice(axis + 1)),
  }
}

/** In its place: the grid is one that was just made. */
function clipped(grid: Grid, [low, high]: readonly [number, number]): Grid {
  const { data } = grid
  for (let at = 0; at < data.length; at++) data[at] = Math.min(high, Math.max(low, data[at] ?? 0))
  return grid
}

function clippedBySlice(grid: Grid, source: Grid, axis: 0 | 1 | 2): Grid {
  // Where no extent in the plane changes, nothing was made that could go beyond.
  if (grid.data === source.data) return grid
  const ranges = Array.from({ length: grid.extents[axis] }, () => [Infinity, -Infinity] as [number, number])
  eachSlice(source, axis, (slice, at) => {
    const [range, value] = [ranges[slice], source.data[at] ?? 0]
    if (range === undefined) return
    if (value < range[0]) range[0] = value
    if (value > range[1]) range[1] = value
  })
  eachSlice(grid, axis, (slice, at) => {
    const [low = 0, high = 0] = ranges[slice] ?? []
    grid.data[at] = Math.min(high, Math.max(low, grid.data[at] ?? 0))
  })
  return grid
}

function eachSlice({ extents }: Grid, axis: number, tell: (slice: number, at: number) => void): void {
  const { outer, count, inner } = linesOf(extents, axis)
  let at = 0
  for (let block = 0; block < outer; block++)
    for (let slice = 0; slice < count; slice++) for (let k = 0; k < inner; k++) tell(slice, at++)
}

function nearestAlong(grid: Grid, m: number, axis: 0 | 1 | 2): Grid {
  const { extents, data } = grid
  if (extents[axis] === m) return grid
  const to = perAxis((k) => (k === axis ? m : extents[k]))
  const out = new Float32Array(voxelsOf(to))
  const { outer, count, inner } = linesOf(extents, axis)
  for (let block = 0; block < outer; block++)
    for (let k = 0; k < m; k++) {
      const from = (block * count + nearest(k, count, m)) * inner
      out.set(data.subarray(from, from + inner), (block * m + k) * inner)
    }
  return { extents: to, data: out }
}
