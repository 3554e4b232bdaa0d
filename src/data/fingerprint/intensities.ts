// Statistics of a channel's intensities over the labelled voxels of all cases, each case as heavy as any other, however many voxels it has labelled.
// nnunetv2 2.8.1, dataset_fingerprint/fingerprint_extractor.py, draws as many voxels of each case, with replacement; here every voxel counts, or
// what nnU-Net draws.
import { between } from './quantiles.ts'
import type { RandomState } from './random-state.ts'

/** Named as in plans. */
export interface Intensities {
  readonly mean: number
  readonly median: number
  /** Of the population. */
  readonly std: number
  readonly min: number
  readonly max: number
  readonly percentile_99_5: number
  readonly percentile_00_5: number
}

/** Labelled voxels of one case in one channel, and what each counts. */
export interface Sample {
  readonly values: Float32Array
  /** Draws of each; of all voxels alike, none. */
  readonly counts: Uint32Array | undefined
}

/** The channel's values where there is a label, in the order of the volume. */
export function labelled(channel: Float32Array, labels: Uint8Array): Float32Array {
  let count = 0
  for (let at = 0; at < labels.length; at++) if (labels[at] !== 0) count++
  const values = new Float32Array(count)
  let filled = 0
  for (let at = 0; at < labels.length; at++) if (labels[at] !== 0) values[filled++] = channel[at] ?? 0
  return values
}

/** Labelled voxels of all cases together that are held of a channel, 4 bytes each. */
const heldVoxels = 20_000_000
const leastOfCase = 1000

/** How many of each of so many cases. */
export const heldOfCase = (cases: number): number => Math.max(leastOfCase, Math.floor(heldVoxels / cases))

/** Of a channel that is to be held in so many numbers at most: all of them, or evenly spaced ones. */
export function everyVoxel(values: Float32Array, most: number): Sample {
  if (values.length <= most) return { values, counts: undefined }
  const step = values.length / most
  const spaced = Float32Array.from({ length: most }, (_, k) => values[Math.floor(k * step)] ?? 0)
  return { values: spaced, counts: undefined }
}

/** So many draws, as `RandomState.choice` draws them. */
export function drawn(values: Float32Array, draws: number, random: RandomState): Sample {
  const counts = new Uint32Array(values.length)
  if (values.length > 0)
    for (let k = 0; k < draws; k++) {
      const at = random.upTo(values.length - 1)
      counts[at] = (counts[at] ?? 0) + 1
    }
  return { values, counts }
}

/** Of all cases; undefined where none has a labelled voxel. */
export function intensitiesOf(samples: readonly Sample[]): Intensities | undefined {
  const there = samples.filter(({ values }) => values.length > 0)
  if (there.length === 0) return undefined
  const { values, weights } = sortedTogether(there)
  const total = sum(weights, () => 1)
  const mean = sum(weights, (at) => values[at] ?? 0) / total
  const variance = sum(weights, (at) => ((values[at] ?? 0) - mean) ** 2) / total
  const isDrawn = there.every(({ counts }) => counts !== undefined)
  const quantile = isDrawn ? rankedIn(values, weights, total) : reachedIn(values, weights, total)
  const seen = [...ends(weights)].map((at) => values[at] ?? NaN)
  return {
    mean,
    median: quantile(0.5),
    std: Math.sqrt(variance),
    min: seen[0] ?? NaN,
    max: seen[1] ?? NaN,
    percentile_99_5: quantile(99.5 / 100),
    percentile_00_5: quantile(0.5 / 100),
  }
}

/** Values in ascending order, and what each counts. */
interface Weighted {
  readonly values: Float32Array
  readonly weights: Float64Array
}

/** Weights that differ are numbered, so that a value and its weight are one number, and numbers are sorted without a function. */
const mostWeights = 2 ** 21

function sortedTogether(samples: readonly Sample[]): Weighted {
  const keys = new Float64Array(samples.reduce((length, one) => length + one.values.length, 0))
  const numbers = new Map<number, number>()
  const numberOf = (weight: number): number => {
    const known = numbers.get(weight) ?? numbers.size
    if (known === numbers.size) numbers.set(weight, known)
    return known
  }
  let filled = 0
  for (const { values, counts } of samples) {
    const ranks = ranksOf(values)
    for (let at = 0; at < values.length; at++)
      keys[filled++] = (ranks[at] ?? 0) * mostWeights + numberOf(counts?.[at] ?? 1 / values.length)
  }
  keys.sort()
  const known = [...numbers.keys()]
  return {
    values: valuesOf(Uint32Array.from(keys, (key) => Math.floor(key / mostWeights))),
    weights: Float64Array.from(keys, (key) => known[key % mostWeights] ?? 0),
  }
}

const sign = 0x80000000

/** Bits of float32 numbers as whole numbers in the same order: of negative ones all bits are turned, of others the sign. */
function ranksOf(values: Float32Array): Uint32Array {
  return new Uint32Array(values.slice().buffer).map((bits) => (bits & sign ? ~bits : bits | sign))
}

function valuesOf(ranks: Uint32Array): Float32Array {
  return new Float32Array(ranks.map((rank) => (rank & sign ? rank & ~sign : ~rank)).buffer)
}

function sum(weights: Float64Array, of: (at: number) => number): number {
  let all = 0
  for (let at = 0; at < weights.length; at++) all += (weights[at] ?? 0) * of(at)
  return all
}

/** The first and the last that counts. */
function ends(weights: Float64Array): readonly [number, number] {
  return [weights.findIndex((weight) => weight > 0), weights.findLastIndex((weight) => weight > 0)]
}

/** Linear between ranks, as if each value stood there as often as it was drawn. */
function rankedIn(values: Float32Array, weights: Float64Array, total: number): (share: number) => number {
  const ranked = (rank: number): number => {
    let seen = 0
    for (let at = 0; at < weights.length; at++) {
      seen += weights[at] ?? 0
      if (seen > rank) return values[at] ?? NaN
    }
    return values.at(-1) ?? NaN
  }
  return (share) => {
    const place = share * (total - 1)
    const below = Math.floor(place)
    return between(ranked(below), ranked(below + 1), place - below)
  }
}

/** The least value that with those below it counts for the share. */
function reachedIn(values: Float32Array, weights: Float64Array, total: number): (share: number) => number {
  // A sum of equal parts may miss its whole by rounding.
  const least = (share: number): number => share * total * (1 - 1e-12)
  return (share) => {
    let seen = 0
    for (let at = 0; at < weights.length; at++) {
      seen += weights[at] ?? 0
      if (seen >= least(share)) return values[at] ?? NaN
    }
    return values.at(-1) ?? NaN
  }
}
