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
  /** One after the other, later ones over earlier ones, where the sigmoid is more than a half: the label that stands for each region. */
  | { readonly kind: 'regions'; readonly written: readonly number[] }

export interface Restoring {
  readonly from: Extents
  readonly to: Extents
  /** The axis along which the nearest is taken, where it has been resampled by itself. */
  readonly separate: 0 | 1 | 2 | undefined
  readonly precision: Precision
}

/** Samples with what each of them counts. */
type Weighed = readonly (readonly [place: number, weight: number])[]

function weighedAlong(n: number, m: number, isNearest: boolean): readonly Weighed[] {
  return Array.from({ length: m }, (_, k) => {
    if (n === m) return [[k, 1]]
    if (isNearest) return [[nearest(k, n, m), 1]]
    const { first, weights } = linearTaps(k, n, m)
    return weights.map((weight, tap) => [Math.min(n - 1, Math.max(0, first + tap)), weight] as const)
  })
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
  const [along, rows, columns] = perAxis((axis) => weighedAlong(from[axis], to[axis], axis === separate))
  const plane = { width: from[2], rows, columns, round: precision === 'half' ? toHalf : Math.fround }
  let before: readonly Float32Array[] = []
  let next = 0
  for await (const { z, scores } of slices) {
    for (let here = along[next]; here !== undefined && isReached(here, z); here = along[++next]) {
      const slicesOf = (label: number): readonly WeighedSlice[] =>
        (here ?? []).map(([place, weight]) => ({
          weight,
          data: (place === z ? scores : before)[label] ?? none,
        }))
      yield { z: next, scores: scores.map((_, label) => between(slicesOf(label), plane)) }
    }
    before = scores
  }
}

const isReached = (weighed: Weighed, z: number): boolean => weighed.every(([place]) => place <= z)
const none = new Float32Array()

interface WeighedSlice {
  readonly data: Float32Array
  readonly weight: number
}

interface Plane {
  readonly width: number
  readonly rows: readonly Weighed[]
  readonly columns: readonly Weighed[]
  round(value: number): number
}

/**
 * A slice between slices. The eight products are made and added in the order of scipy's, so that sums which lie in the middle between two numbers
 * of binary16 go to the same one.
 */
function between(slices: readonly WeighedSlice[], { width, rows, columns, round }: Plane): Float32Array {
  const out = new Float32Array(rows.length * columns.length)
  let at = 0
  for (const row of rows)
    for (const column of columns) {
      let sum = 0
      for (const { data, weight } of slices)
        for (const [y, ofRow] of row)
          for (const [x, ofColumn] of column) sum += (data[y * width + x] ?? 0) * weight * ofRow * ofColumn
      out[at++] = round(sum)
    }
  return out
}

/** The labels of a slice, in `labels`, which are 0 before. */
export function decide(scores: readonly Float32Array[], labelling: Labelling, labels: Uint8Array): void {
  if (labelling.kind === 'labels') greatest(scores, labels)
  else
    for (const [channel, plane] of scores.entries()) {
      const written = labelling.written[channel] ?? 0
      for (let at = 0; at < labels.length; at++) if (isMoreThanHalf(plane[at] ?? 0)) labels[at] = written
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
