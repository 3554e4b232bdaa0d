// Stage 6, tiles: where the windows of a volume stand, how its edges are padded, and how much each voxel of a window counts.
// nnunetv2 2.8.1: inference/sliding_window_prediction.py; acvl_utils `pad_nd_image`; scipy.ndimage.gaussian_filter.
import type { Extents } from '../case.ts'
import { toHalf } from './half.ts'
import { perAxis, roundHalfEven, voxelsOf, type Grid, type Triple } from './grid.ts'

export interface Tiling {
  /** Of the resampled volume. */
  readonly extents: Extents
  /** Of a tile; of a network of slices, 1 along the first axis. */
  readonly patch: Extents
  /** First voxels of the tiles in the volume, the first axis outermost; negative where the volume is smaller than a tile. */
  readonly corners: readonly Triple[]
}

/**
 * Tiles that move on by `step · patch` at most: ceil((size − patch) / (step · patch)) + 1 of them along each axis, the `i`-th at
 * round(i · (size − patch) / (count − 1)), ties to the even number. A smaller axis gets ⌊missing / 2⌋ zeros before and the rest after. A patch of
 * two axes is put on every slice of the first axis.
 */
export function tilingOf(extents: Extents, patch: readonly number[], step: number): Tiling {
  const isOfSlices = patch.length === 2
  const [depth = 1, height = 1, width = 1] = isOfSlices ? [1, ...patch] : patch
  const tile: Extents = [depth, height, width]
  const along = (axis: 0 | 1 | 2): readonly number[] =>
    axis === 0 && isOfSlices
      ? Array.from({ length: extents[0] }, (_, slice) => slice)
      : startsAlong(extents[axis], tile[axis], step)
  const [zs, ys, xs] = perAxis(along)
  const corners = zs.flatMap((z) => ys.flatMap((y) => xs.map((x): Triple => [z, y, x])))
  return { extents, patch: tile, corners }
}

function startsAlong(size: number, tile: number, step: number): readonly number[] {
  if (size <= tile) return [0 - Math.floor((tile - size) / 2)]
  const count = Math.ceil((size - tile) / (tile * step)) + 1
  return Array.from({ length: count }, (_, i) => roundHalfEven(((size - tile) / (count - 1)) * i))
}

/**
 * A Gaussian about voxel ⌊patch / 2⌋ with a deviation of an eighth of the patch along each axis, cut off at ⌊patch / 2 + ½⌋ voxels, 10 at its
 * greatest, rounded to binary16; what comes out as 0 takes the smallest of the others. 1 along the first axis of slices.
 */
export function importance(patch: readonly number[]): Float32Array {
  const [zs = one, ys = one, xs = one] = (patch.length === 2 ? [1, ...patch] : patch).map((extent, axis) =>
    axis === 0 && patch.length === 2 ? one : gaussianAlong(extent),
  )
  const scale = Math.max(...zs) * Math.max(...ys) * Math.max(...xs) / 10 // prettier-ignore
  const map = new Float32Array(zs.length * ys.length * xs.length)
  let [at, floor] = [0, Infinity]
  for (const z of zs)
    for (const y of ys)
      for (const x of xs) {
        const weight = toHalf(Math.fround((z * y * x) / scale))
        if (weight > 0) floor = Math.min(floor, weight)
        map[at++] = weight
      }
  return map.map((weight) => (weight === 0 ? floor : weight))
}

const one: readonly number[] = [1]

function gaussianAlong(extent: number): readonly number[] {
  const sigma = extent / 8
  const radius = Math.floor(4 * sigma + 0.5)
  const value = (distance: number): number => Math.exp((-0.5 / (sigma * sigma)) * distance * distance)
  let sum = 0
  for (let k = -radius; k <= radius; k++) sum += value(k)
  const middle = Math.floor(extent / 2)
  return Array.from({ length: extent }, (_, k) =>
    Math.abs(k - middle) > radius ? 0 : value(k - middle) / sum,
  )
}

/** Copies a tile of all channels to `into`, `channels × patch`; 0 beyond the volume. */
export function cutTile(channels: readonly Grid[], corner: Triple, patch: Extents, into: Float32Array): void {
  into.fill(0)
  const size = voxelsOf(patch)
  for (const row of tileRows(channels[0]?.extents ?? patch, corner, patch))
    for (const [channel, { data }] of channels.entries())
      into.set(data.subarray(row.outside, row.outside + row.length), channel * size + row.inside)
}

/** A run of voxels side by side both in a tile and in the volume, by its first voxels. */
export interface TileRow {
  /** The slice of the volume, and the place in the slice. */
  readonly z: number
  readonly inSlice: number
  readonly outside: number
  readonly inside: number
  readonly length: number
}

/** The part of a tile that lies in the volume. */
export function* tileRows(
  [depth, height, width]: Extents,
  [z0, y0, x0]: Triple,
  [d, h, w]: Extents,
): Generator<TileRow> {
  const first = Math.max(0, -x0)
  const length = Math.min(w, width - x0) - first
  for (let z = Math.max(0, -z0); z < Math.min(d, depth - z0); z++)
    for (let y = Math.max(0, -y0); y < Math.min(h, height - y0); y++) {
      const inSlice = (y + y0) * width + x0 + first
      const slice = z + z0
      yield {
        z: slice,
        inSlice,
        outside: slice * height * width + inSlice,
        inside: (z * h + y) * w + first,
        length,
      }
    }
}
