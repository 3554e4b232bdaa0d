// Labels at the extents that a network is trained at: of each voxel the label that there is most of, by linear interpolation of where each is.
// batchgenerators 0.25.5, augmentations/utils.py, `resize_segmentation` of order 1, as nnunetv2 2.8.1 resamples segmentations by it.
import type { Extents } from '../case.ts'
import { perAxis, sameExtents, voxelsOf, type Grid } from './grid.ts'
import { betweenAlong, planeSums, type Between } from './restore.ts'
import { nearest } from './spline.ts'

/**
 * `separate`: the axis along which the nearest slice is taken. Of voxels outside of the mask (0 there) the background is a label of its own, as
 * nnU-Net has it. Of labels that there is as much of the one of the nearest voxel, else the least.
 */
export function resampledLabels(
  { extents, data }: Grid<Uint8Array>,
  to: Extents,
  separate: 0 | 1 | 2 | undefined,
  mask?: Uint8Array,
): Grid<Uint8Array> {
  if (sameExtents(extents, to)) return { extents, data }
  const kinds = Int16Array.from(data, (label, at) => (label === 0 && mask?.[at] === 0 ? outside : label))
  const [along, rows, columns] = perAxis((axis) => betweenAlong(extents[axis], to[axis], axis === separate))
  const plane = { width: extents[2], rows, columns }
  const next = perAxis((axis) =>
    Int32Array.from({ length: to[axis] }, (_, k) => nearest(k, extents[axis], to[axis])),
  )
  const known = [...new Set(kinds)].sort((a, b) => a - b)
  const [from, area] = [extents[1] * extents[2], to[1] * to[2]]
  const out = new Uint8Array(voxelsOf(to))
  for (let z = 0; z < to[0]; z++) {
    const sliceAt = (place: number): Int16Array => kinds.subarray(place * from, (place + 1) * from)
    const sumsOf = (kind: number): Float64Array => planeSums(...neighbours(along, z, sliceAt, kind), plane)
    const own = nearestOf(sliceAt(next[0][z] ?? 0), extents[2], next)
    out.set(mostOf(known, own, sumsOf), z * area)
  }
  return { extents: to, data: out }
}

/** Background where nothing of any channel is. */
const outside = -1

type Weighed = Parameters<typeof planeSums>[0]

/** Where a kind is in the two slices that a slice lies between. */
function neighbours(
  along: Between,
  z: number,
  sliceAt: (place: number) => Int16Array,
  kind: number,
): [Weighed, Weighed] {
  const where = (place: number): Float32Array =>
    Float32Array.from(sliceAt(place), (one) => (one === kind ? 1 : 0))
  return [
    { data: where(along.low[z] ?? 0), weight: along.lowWeight[z] ?? 0 },
    { data: where(along.high[z] ?? 0), weight: along.highWeight[z] ?? 0 },
  ]
}

/** Of each voxel of a plane the kind of the nearest one. */
function nearestOf(
  slice: Int16Array,
  width: number,
  [, rows, columns]: readonly [Int32Array, Int32Array, Int32Array],
): Int16Array {
  const found = new Int16Array(rows.length * columns.length)
  let at = 0
  for (const row of rows) for (const column of columns) found[at++] = slice[row * width + column] ?? 0
  return found
}

/** Labels of a plane, of kinds in ascending order. */
function mostOf(
  known: readonly number[],
  own: Int16Array,
  sumsOf: (kind: number) => Float64Array,
): Int16Array {
  const [best, ofOwn] = [new Float64Array(own.length), new Float64Array(own.length)]
  const winners = new Int16Array(own.length)
  for (const kind of known) {
    const sums = sumsOf(kind)
    for (let at = 0; at < own.length; at++) {
      const sum = sums[at] ?? 0
      if (own[at] === kind) ofOwn[at] = sum
      if (sum <= (best[at] ?? 0)) continue
      best[at] = sum
      winners[at] = kind
    }
  }
  return winners.map((kind, at) => Math.max(0, ofOwn[at] === best[at] ? (own[at] ?? 0) : kind))
}
