// Medians and percentiles as NumPy computes them, so that what is decided by them is what nnU-Net decides.

/** Linear between the two nearest ranks; `share` from 0 to 1. NumPy 2's `percentile`, which counts from the nearer of the two. */
export function quantile(sorted: ArrayLike<number>, share: number): number {
  const place = share * (sorted.length - 1)
  const below = Math.floor(place)
  const low = sorted[below] ?? NaN
  return between(low, sorted[below + 1] ?? low, place - below)
}

/** The number a part `t` of the way. */
export const between = (low: number, high: number, t: number): number =>
  t >= 0.5 ? high - (high - low) * (1 - t) : low + (high - low) * t

export const sortedNumbers = (values: readonly number[]): readonly number[] =>
  values.toSorted((a, b) => a - b)

/** NumPy's `median`: of an even number of values the mean of the middle two. */
export function median(values: readonly number[]): number {
  const sorted = sortedNumbers(values)
  const middle = Math.floor(sorted.length / 2)
  const high = sorted[middle] ?? NaN
  return sorted.length % 2 === 1 ? high : ((sorted[middle - 1] ?? NaN) + high) / 2
}
