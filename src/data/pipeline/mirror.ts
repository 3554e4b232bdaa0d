// Stage 7, mirror: a tile and its mirror images through the network, the mean of their scores turned back.
// nnunetv2 2.8.1: inference/predict_from_raw_data.py, `_internal_maybe_mirror_and_predict`.
import type { Extents } from '../case.ts'
import { mirrorInPlace } from '../mirror-images.ts'
import type { Network } from './network.ts'

/**
 * The mean of the scores of a tile, `channels × patch`, over the mirror images along every combination of `axes`, counted in the patch's three
 * axes: sums in float32, first the tile itself, then by the number of axes in the order of `itertools.combinations`.
 */
export async function mirroredScores(
  tile: Float32Array,
  patch: Extents,
  axes: readonly number[],
  network: Network,
): Promise<Float32Array> {
  const sum = await network(tile)
  const flips = combinations(axes)
  if (flips.length === 0) return sum
  const mean = sum.slice()
  for (const flip of flips) {
    const given = tile.slice()
    mirrorInPlace(given, patch, flip)
    const scores = (await network(given)).slice()
    mirrorInPlace(scores, patch, flip)
    for (let at = 0; at < mean.length; at++) mean[at] = (mean[at] ?? 0) + (scores[at] ?? 0)
  }
  for (let at = 0; at < mean.length; at++) mean[at] = (mean[at] ?? 0) / (flips.length + 1)
  return mean
}

/** All subsets but the empty one: those of one axis, of two, of three, each in the order of the axes. */
export function combinations(axes: readonly number[]): readonly (readonly number[])[] {
  const subsets = Array.from({ length: 2 ** axes.length }, (_, chosen) =>
    axes.filter((_, k) => (chosen >> k) & 1),
  ).slice(1)
  const before = (a: readonly number[], b: readonly number[]): number =>
    a.length - b.length ||
    (a.find((axis, k) => axis !== b[k]) ?? 0) - (b.find((axis, k) => axis !== a[k]) ?? 0)
  return subsets.toSorted(before)
}
