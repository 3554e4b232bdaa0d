// Tensors that are read at some positions only: stored ones, and such as are computed where they are read.
import type { Dim } from '../../../compiler/ir/tensor.ts'
import { at } from '../tensor.ts'

/** Bound here, as in multiply.ts: inner loops read by it. */
const read = at

/** Values at some positions. */
export interface Samples {
  readonly values: Float64Array
  /** What each was added up from, without signs: single precision is off in proportion to that, however much of it cancels. */
  readonly magnitudes: Float64Array
}

export interface Source {
  readonly shape: readonly number[]
  /** How many numbers are added up for one value: 0 where it is stored. */
  readonly summands: number
  /** What of it is there, where some of its channels are. */
  readonly held?: Source
  /** Positions are row-major; `outside` reads as zero. */
  at(positions: Int32Array): Samples
}

/** Padding: a position in no tensor. */
export const outside = -1

/** What one node is computed from, as `Operands` of tensors that are whole. */
export interface SampledOperands {
  readonly inputs: readonly Source[]
  readonly parameters: readonly Float64Array[]
  /** Of the result, with its batch. */
  readonly shape: readonly number[]
  /** 1 where a batch leads the result, else 0. */
  readonly lead: 0 | 1
  extentOf(dim: Dim): number
}

/** Numbers that are there, as a runtime gives them. Loops are written out: this is where most of the time goes. */
export function stored(shape: readonly number[], data: Float32Array): Source {
  return {
    shape,
    summands: 0,
    at: (positions) => {
      const [values, magnitudes] = [new Float64Array(positions.length), new Float64Array(positions.length)]
      for (let k = 0; k < positions.length; k++) {
        const place = positions[k] ?? outside
        const value = place < 0 ? 0 : (data[place] ?? NaN)
        values[k] = value
        magnitudes[k] = Math.abs(value)
      }
      return { values, magnitudes }
    },
  }
}

/** Each position of the result is one of the input; what lies outside is `filler`. */
export function moved(
  input: Source,
  shape: readonly number[],
  placesOf: (positions: Int32Array) => Int32Array,
  filler = 0,
): Source {
  return {
    shape,
    summands: input.summands,
    at: (positions) => {
      const places = placesOf(positions)
      const found = input.at(places)
      if (filler === 0) return found
      const filled = (data: Float64Array, value: number): Float64Array =>
        data.map((one, k) => ((places[k] ?? outside) < 0 ? value : one))
      return { values: filled(found.values, filler), magnitudes: filled(found.magnitudes, Math.abs(filler)) }
    },
  }
}

/** `result[k]` is the sum of what lies at `count` positions from `k · count` on, times `weights` at the same places. */
export function products(samples: Samples, weights: Float64Array, count: number): Samples {
  const size = samples.values.length / count
  const [values, magnitudes] = [new Float64Array(size), new Float64Array(size)]
  for (let k = 0; k < size; k++) {
    let [sum, without] = [0, 0]
    for (let place = k * count; place < (k + 1) * count; place++) {
      const weight = read(weights, place)
      sum += weight * read(samples.values, place)
      without += Math.abs(weight) * read(samples.magnitudes, place)
    }
    values[k] = sum
    magnitudes[k] = without
  }
  return { values, magnitudes }
}

/** What is found for each distinct group of positions, once per group. */
export function byGroup(
  positions: Int32Array,
  groupOf: (position: number) => number,
  samplesOf: (group: number, members: Int32Array) => Samples,
): Samples {
  const groups = new Map<number, number[]>()
  positions.forEach((position, k) => {
    const group = groupOf(position)
    const known = groups.get(group)
    if (known === undefined) groups.set(group, [k])
    else known.push(k)
  })
  const [values, magnitudes] = [new Float64Array(positions.length), new Float64Array(positions.length)]
  for (const [group, places] of groups) {
    const found = samplesOf(
      group,
      Int32Array.from(places, (k) => positions[k] ?? outside),
    )
    places.forEach((k, own) => {
      values[k] = read(found.values, own)
      magnitudes[k] = read(found.magnitudes, own)
    })
  }
  return { values, magnitudes }
}

/** What is computed for some positions at a time. */
export function inChunks(
  positions: Int32Array,
  size: number,
  samplesOf: (some: Int32Array) => Samples,
): Samples {
  const [values, magnitudes] = [new Float64Array(positions.length), new Float64Array(positions.length)]
  for (let start = 0; start < positions.length; start += size) {
    const found = samplesOf(positions.subarray(start, start + size))
    values.set(found.values, start)
    magnitudes.set(found.magnitudes, start)
  }
  return { values, magnitudes }
}

/** The same source, which computes nothing for positions that lie outside: a function of zero need not be zero. */
export function guarded(source: Source): Source {
  return {
    ...source,
    at: (positions) => {
      const inside = positions.filter((position) => position >= 0)
      const found = source.at(inside)
      if (inside.length === positions.length) return found
      const spread = (data: Float64Array): Float64Array => {
        let next = 0
        return Float64Array.from(positions, (position) => (position < 0 ? 0 : read(data, next++)))
      }
      return { values: spread(found.values), magnitudes: spread(found.magnitudes) }
    },
  }
}
