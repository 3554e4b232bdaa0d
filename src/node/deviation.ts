// How far a tensor is from what it should be, in standard deviations of what it should be.
import type { Samples } from '../backends/reference/sampled/source.ts'
import type { Tensor } from '../backends/reference/tensor.ts'

/** Numbers with their extents, the batch first. */
interface Values {
  readonly shape: readonly number[]
  readonly data: Float64Array | Float32Array
}

export interface Distance {
  /** Greatest absolute difference over the standard deviation of the reference value. */
  readonly relative: number
  readonly absolute: number
  /** Where the greatest difference is, batch first. */
  readonly at: readonly number[]
}

export function deviation({ shape, data: expected }: Tensor, { data: given }: Values): Distance {
  let absolute = 0
  let worst = 0
  for (let at = 0; at < expected.length; at++) {
    // An infinity is as near to itself as any other number is.
    if (expected[at] === given[at]) continue
    const difference = Math.abs((expected[at] ?? NaN) - (given[at] ?? NaN))
    // NaN is greater than everything: it is never near.
    if (!(difference <= absolute)) {
      absolute = Number.isNaN(difference) ? Infinity : difference
      worst = at
      if (absolute === Infinity) break
    }
  }
  return { absolute, relative: absolute / scaleOf(expected), at: positionOf(worst, shape) }
}

/** The root of the mean square of all differences. */
export function typicalDeviation({ data: expected }: Tensor, { data: given }: Values): number {
  const squares = expected.reduce((sum, value, at) => sum + (value - (given[at] ?? NaN)) ** 2, 0)
  const typical = Math.sqrt(squares / Math.max(1, expected.length)) / scaleOf(expected)
  return Number.isNaN(typical) ? Infinity : typical
}

/** A distance with the one that rounding explains, both in standard deviations, where the first is greatest beside the second. */
export interface SampledDistance extends Distance {
  readonly rounding: number
}

/** What is allowed, as shares. */
interface Allowed {
  /** Of the sum of magnitudes, for single precision. */
  readonly rounding: number
  /** Of the standard deviation, for what weights are stored in; or of what numbers of random signs would add up to, where that is more. */
  readonly storage: number
  readonly summands: number
}

/** At some positions alone. */
export function sampledDeviation(
  shape: readonly number[],
  positions: Int32Array,
  { values, magnitudes }: Samples,
  given: Values,
  { rounding, storage, summands }: Allowed,
): SampledDistance {
  const scale = scaleOf(values)
  let [worst, absolute, allowed] = [0, 0, (rounding + storage) * scale]
  positions.forEach((position, k) => {
    const [own, other] = [values[k] ?? NaN, given.data[position] ?? NaN]
    if (own === other) return
    const difference = Math.abs(own - other)
    const size = magnitudes[k] ?? 0
    const all = Number.isFinite(size) ? size : 0
    const limit =
      rounding * Math.max(all, scale) + storage * Math.max(all / Math.sqrt(Math.max(1, summands)), scale)
    // NaN is greater than everything: it is never near.
    if (difference * allowed <= absolute * limit) return
    ;[worst, absolute, allowed] = [position, Number.isNaN(difference) ? Infinity : difference, limit]
  })
  return {
    absolute,
    relative: absolute / scale,
    rounding: allowed / scale,
    at: positionOf(worst, shape),
  }
}

/** Standard deviation of what is finite; of a nearly constant value its magnitude counts instead. */
function scaleOf(all: Float64Array): number {
  const values = all.every(Number.isFinite) ? all : all.filter(Number.isFinite)
  const mean = values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length)
  const square = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / Math.max(1, values.length)
  return Math.max(Math.sqrt(square), 1e-3 * Math.abs(mean), 1e-6)
}

function positionOf(flat: number, shape: readonly number[]): number[] {
  const position: number[] = []
  let rest = flat
  for (const extent of shape.toReversed()) {
    position.unshift(rest % extent)
    rest = Math.floor(rest / extent)
  }
  return position
}
