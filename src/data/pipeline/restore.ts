// Stage 9, restore: scores back at the extents that the volume had before it was resampled, slice by slice, linearly, as each is asked for; and
// labels of them. nnunetv2 2.8.1: inference/export_prediction.py; utilities/label_handling/label_handling.py.
import type { Extents } from '../case.ts'
import type { Precision, ScoredSlice } from './blend.ts'
import { toHalf } from './half.ts'
import { perAxis, sameExtents } from './grid.ts'
import { linearTaps, nearest } from './spline.ts'

/** What the channels of the scores become in a label map. */
export type Labelling =
  /** The place of the greatest channel, of equal ones the first: the channel's number, whatever value the dataset gives the class. */
  | { readonly kind: 'labels' }
  /** The place of the greatest channel, counted from 1, where its sigmoid is more than a half; else the background, which has no channel. */
  | { readonly kind: 'exclusive' }
  /** One after the other, later ones over earlier ones, where the sigmoid is more than a half: the label that stands for each region. */
  | { readonly kind: 'regions'; readonly written: readonly number[] }

export interface Restoring {
  readonly from: Extents
  readonly to: Extents
  /** The axis along which the nearest is taken, where it has been resampled by itself. */
  readonly separate: 0 | 1 | 2 | undefined
  readonly precision: Precision
}

/** For each sample along an axis the two that it lies between, with what each counts; the second counts 0 where one is enough. */
export interface Between {
  readonly low: Int32Array
  readonly high: Int32Array
  readonly lowWeight: Float64Array
  readonly highWeight: Float64Array
}

export function betweenAlong(n: number, m: number, isNearest: boolean): Between {
  const taps = Array.from({ length: m }, (_, k) => {
    if (n === m) return { first: k, weights: [1] }
    return isNearest ? { first: nearest(k, n, m), weights: [1] } : linearTaps(k, n, m)
  })
  const inside = (place: number): number => Math.min(n - 1, Math.max(0, place))
  return {
    low: Int32Array.from(taps, ({ first }) => inside(first)),
    high: Int32Array.from(taps, ({ first, weights }) => inside(first + weights.length - 1)),
    lowWeight: Float64Array.from(taps, ({ weights }) => weights[0] ?? 0),
    highWeight: Float64Array.from(taps, ({ weights }) => weights[1] ?? 0),
  }
}

/** Slices of `to` of slices of `from`; of these the last two are held. */
export async function* restored(
  slices: AsyncIterable<ScoredSlice>,
  { from, to, separate, precision }: Restoring,
): AsyncGenerator<ScoredSlice> {
  if (sameExtents(from, to)) {
    yield* slices
    return
  }
  const [along, rows, columns] = perAxis((axis) => betweenAlong(from[axis], to[axis], axis === separate))
  const plane = { width: from[2], rows, columns, round: precision === 'half' ? toHalf : Math.fround }
  let before: readonly Float32Array[] = []
  let next = 0
  for await (const { z, scores } of slices) {
    for (; next < to[0] && (along.high[next] ?? 0) <= z; next++) {
      const at = next
      const sliceAt = (place: number | undefined, label: number): Float32Array =>
        (place === z ? scores : before)[label] ?? none
      const resampled = scores.map((_, label) =>
        planeBetween(
          { data: sliceAt(along.low[at], label), weight: along.lowWeight[at] ?? 0 },
          { data: sliceAt(along.high[at], label), weight: along.highWeight[at] ?? 0 },
          plane,
        ),
      )
      yield { z: at, scores: resampled }
    }
    before = scores
  }
}

const none = new Float32Array()

interface WeighedSlice {
  readonly data: Float32Array
  readonly weight: number
}

interface Plane {
  readonly width: number
  readonly rows: Between
  readonly columns: Between
  round(value: number): number
}

/** A slice between slices, rounded. */
function planeBetween(low: WeighedSlice, high: WeighedSlice, plane: Plane): Float32Array {
  const sums = planeSums(low, high, plane)
  const rounded = new Float32Array(sums.length)
  for (let at = 0; at < sums.length; at++) rounded[at] = plane.round(sums[at] ?? 0)
  return rounded
}

/**
 * The eight products of each voxel are made and added in the order of scipy's, so that sums which lie in the middle between two numbers of
 * binary16 go to the same one.
 */
export function planeSums(
  low: WeighedSlice,
  high: WeighedSlice,
  { width, rows, columns }: Omit<Plane, 'round'>,
): Float64Array {
  const [height, across] = [rows.low.length, columns.low.length]
  const out = new Float64Array(height * across)
  for (const { data, weight } of low.data === high.data && high.weight === 0 ? [low] : [low, high])
    for (let y = 0; y < height; y++)
      for (const [row, ofRow] of [[rows.low[y], rows.lowWeight[y]], [rows.high[y], rows.highWeight[y]]]) // prettier-ignore
        addRow(out.subarray(y * across, (y + 1) * across), data.subarray((row ?? 0) * width), columns, weight, ofRow ?? 0) // prettier-ignore
  return out
}

/** Two of the products of each voxel of a row. */
function addRow(
  sums: Float64Array,
  data: Float32Array,
  columns: Between,
  weight: number,
  ofRow: number,
): void {
  const { low, high, lowWeight, highWeight } = columns
  for (let x = 0; x < sums.length; x++) {
    const first = (sums[x] ?? 0) + (data[low[x] ?? 0] ?? 0) * weight * ofRow * (lowWeight[x] ?? 0)
    sums[x] = first + (data[high[x] ?? 0] ?? 0) * weight * ofRow * (highWeight[x] ?? 0)
  }
}

/** The labels of a slice, in `labels`, which are 0 before. */
export function decide(scores: readonly Float32Array[], labelling: Labelling, labels: Uint8Array): void {
  switch (labelling.kind) {
    case 'labels':
      return greatest(scores, labels)
    case 'exclusive':
      return greatestMember(scores, labels)
    case 'regions':
      for (const [channel, plane] of scores.entries()) {
        const written = labelling.written[channel] ?? 0
        for (let at = 0; at < labels.length; at++) if (isMoreThanHalf(plane[at] ?? 0)) labels[at] = written
      }
  }
}

function greatestMember(scores: readonly Float32Array[], labels: Uint8Array): void {
  greatest(scores, labels)
  for (let at = 0; at < labels.length; at++) {
    const channel = labels[at] ?? 0
    labels[at] = isMoreThanHalf(scores[channel]?.[at] ?? 0) ? channel + 1 : 0
  }
}

function greatest(scores: readonly Float32Array[], labels: Uint8Array): void {
  const best = scores[0]?.slice() ?? new Float32Array()
  for (const [label, plane] of scores.entries())
    for (let at = 0; at < labels.length; at++) {
      const score = plane[at] ?? 0
      if (score <= (best[at] ?? 0)) continue
      best[at] = score
      labels[at] = label
    }
}

const { fround } = Math

/** The sigmoid in float32 is more than ½, which for the smallest scores above 0 it is not. */
const isMoreThanHalf = (score: number): boolean =>
  score > 0 && fround(1 / fround(1 + fround(Math.exp(-score)))) > 0.5
