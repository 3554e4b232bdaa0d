// Stage 8, blend: weighted means of the scores of all tiles that reach a voxel, and the mean of the networks of an ensemble. What is held is as
// many slices as a tile is deep, never classes × voxels: tiles come in the order of their first slices, so a slice that no later tile reaches is
// given away, and its place is the next one's. nnunetv2 2.8.1: inference/predict_from_raw_data.py, which holds whole volumes in binary16.
import { voxelsOf, type Grid } from './grid.ts'
import { toHalf } from './half.ts'
import { mirroredScores } from './mirror.ts'
import type { Network } from './network.ts'
import { cutTile, tileRows, type Tiling } from './tiles.ts'

/**
 * `float32`: sums of the means over the networks, in float32. `half`: as nnU-Net computes on a CPU, which keeps sums, weights, their quotients and
 * the sum over the networks in binary16, each rounded after each addition.
 */
export type Precision = 'float32' | 'half'

export interface Blending {
  readonly tiling: Tiling
  /** Of a tile's voxels. */
  readonly weights: Float32Array
  /** Axes of the tile that are mirrored. */
  readonly mirror: readonly number[]
  /** Of an ensemble. */
  readonly networks: readonly Network[]
  readonly classes: number
  readonly precision: Precision
  /** Told after each tile. */
  onTile?(done: number, all: number): void
}

/** Scores of one slice of the resampled volume, for each class; they hold until the next slice is asked for. */
export interface ScoredSlice {
  readonly z: number
  readonly scores: readonly Float32Array[]
}

/** The slices of a volume in order, each as soon as no later tile touches it. */
export async function* blended(channels: readonly Grid[], blending: Blending): AsyncGenerator<ScoredSlice> {
  const { tiling, onTile } = blending
  const [depth] = tiling.extents
  const slab = openSlab(blending)
  const tile = new Float32Array(channels.length * voxelsOf(tiling.patch))
  let next = 0
  for (const [done, corner] of tiling.corners.entries()) {
    for (; next < corner[0]; next++) yield closed(slab, next)
    for (const scores of await scoresOf(channels, corner, tile, blending)) addTile(slab, corner, scores)
    onTile?.(done + 1, tiling.corners.length)
  }
  for (; next < depth; next++) yield closed(slab, next)
}

interface TileScores {
  /** Which sums they go into. */
  readonly member: number
  readonly scores: Float32Array
}

/** Those of each network where sums are rounded for each of them, otherwise their mean. */
async function scoresOf(
  channels: readonly Grid[],
  corner: readonly [number, number, number],
  tile: Float32Array,
  { tiling, mirror, networks, precision }: Blending,
): Promise<readonly TileScores[]> {
  const found: Float32Array[] = []
  for (const network of networks) {
    cutTile(channels, corner, tiling.patch, tile)
    found.push((await mirroredScores(tile, tiling.patch, mirror, network)).slice())
  }
  if (precision === 'half') return found.map((scores, member) => ({ member, scores }))
  return [{ member: 0, scores: meanOf(found) }]
}

function meanOf(all: readonly Float32Array[]): Float32Array {
  const [mean = new Float32Array(), ...others] = all
  for (const one of others)
    for (let at = 0; at < mean.length; at++) mean[at] = (mean[at] ?? 0) + (one[at] ?? 0)
  if (others.length > 0) for (let at = 0; at < mean.length; at++) mean[at] = (mean[at] ?? 0) / all.length
  return mean
}

// ---------------------------------------------------------------- the slab

const { fround } = Math

interface Slab {
  readonly blending: Blending
  /** Slices that are held: slice `z` is in place `z mod depth`. */
  readonly depth: number
  /** For each network, or for all together, and for each class the weighted sums. */
  readonly sums: readonly (readonly Float32Array[])[]
  readonly weights: Float32Array
}

/** Slices that are held of a volume. */
export const slabDepth = ({ extents, patch }: Tiling): number => Math.min(extents[0], patch[0])

/** Bytes that blending holds besides the image: sums and weights of a slab, and a tile with its scores from each network. */
export function blendingBytes({
  tiling,
  classes,
  networks,
  precision,
}: Pick<Blending, 'tiling' | 'classes' | 'precision'> & { readonly networks: number }): number {
  const [, height, width] = tiling.extents
  const members = precision === 'half' ? networks : 1
  const slab = (members * classes + 1) * slabDepth(tiling) * height * width
  return 4 * (slab + (networks + 3) * classes * voxelsOf(tiling.patch))
}

function openSlab(blending: Blending): Slab {
  const { tiling, classes, networks, precision } = blending
  const depth = slabDepth(tiling)
  const size = depth * tiling.extents[1] * tiling.extents[2]
  const members = precision === 'half' ? networks.length : 1
  const numbers = (): Float32Array => new Float32Array(size)
  const sums = Array.from({ length: members }, () => Array.from({ length: classes }, numbers))
  return { blending, depth, sums, weights: numbers() }
}

/** `sums += weights · scores`, and the weights, once for all networks, beside them. */
function addTile(
  slab: Slab,
  corner: readonly [number, number, number],
  { member, scores }: TileScores,
): void {
  const { tiling, weights, precision } = slab.blending
  const { extents, patch } = tiling
  const size = voxelsOf(patch)
  const add = precision === 'half' ? addHalf : addSingle
  for (const { z, inSlice, inside, length } of tileRows(extents, corner, patch)) {
    const to = (z % slab.depth) * extents[1] * extents[2] + inSlice
    const own = weights.subarray(inside, inside + length)
    for (const [label, sums] of (slab.sums[member] ?? []).entries()) {
      const from = label * size + inside
      add(sums.subarray(to, to + length), own, scores.subarray(from, from + length))
    }
    if (member === 0) add(slab.weights.subarray(to, to + length), own, undefined)
  }
}

function addSingle(sums: Float32Array, weights: Float32Array, scores: Float32Array | undefined): void {
  for (let k = 0; k < sums.length; k++) sums[k] = (sums[k] ?? 0) + (weights[k] ?? 0) * (scores?.[k] ?? 1)
}

/** The product is rounded to float32, the sum to float32 and then to binary16. */
function addHalf(sums: Float32Array, weights: Float32Array, scores: Float32Array | undefined): void {
  for (let k = 0; k < sums.length; k++)
    sums[k] = toHalf(fround((sums[k] ?? 0) + fround((weights[k] ?? 0) * (scores?.[k] ?? 1))))
}

/** The means of a slice, whose place is made free. */
function closed(slab: Slab, z: number): ScoredSlice {
  const { tiling, classes, precision } = slab.blending
  const area = tiling.extents[1] * tiling.extents[2]
  const start = (z % slab.depth) * area
  const weights = slab.weights.subarray(start, start + area)
  const mean = precision === 'half' ? halfMean : singleMean
  const scores = Array.from({ length: classes }, (_, label) => {
    const parts = slab.sums.map((sums) => (sums[label] ?? weights).subarray(start, start + area))
    const out = mean(parts, weights)
    for (const part of parts) part.fill(0)
    return out
  })
  weights.fill(0)
  return { z, scores }
}

function singleMean(
  [sums = new Float32Array()]: readonly Float32Array[],
  weights: Float32Array,
): Float32Array {
  return sums.map((sum, at) => sum / (weights[at] ?? 1))
}

function halfMean(parts: readonly Float32Array[], weights: Float32Array): Float32Array {
  const out = new Float32Array(weights.length)
  for (let at = 0; at < out.length; at++) {
    let sum = 0
    for (const part of parts) sum = toHalf(fround(sum + toHalf(fround((part[at] ?? 0) / (weights[at] ?? 1)))))
    out[at] = parts.length === 1 ? sum : toHalf(fround(sum / parts.length))
  }
  return out
}
