// Long series for small pictures: what a line looks like at the picture's resolution, and no more.

/** A position and a value; null where there is none. */
export type Point = readonly [x: number, y: number | null]

/** A series in columns, since a long run has hundreds of thousands of steps: x ascends, y is not finite where there is no value. */
export interface Samples {
  readonly x: Float64Array
  readonly y: Float64Array
}

export function samplesOf<T>(
  records: readonly T[],
  x: (record: T) => number,
  y: (record: T) => number | null,
): Samples {
  return {
    x: Float64Array.from(records, x),
    y: Float64Array.from(records, (one) => y(one) ?? NaN),
  }
}

/**
 * At most four points of each of `columns` equal ranges of x: the first, the smallest, the largest, the last, so that a
 * line through them covers the pixels that the whole line would cover.
 * Source: Jugel, Jerzak, Hackenbroich, Markl, "M4: A Visualization-Oriented Time Series Data Aggregation", VLDB 2014.
 * The points are in the order of x. A range that has a gap keeps one beside its points.
 */
export function extremes(samples: Samples, columns: number): readonly Point[] {
  const everything = [0, samples.x.length] as const
  if (samples.x.length <= columns * 4) return pointsAt(samples, indices(everything))
  return columnRanges(samples.x, columns).flatMap((range) => pointsAt(samples, keptOf(samples.y, range)))
}

type Range = readonly [start: number, end: number]

function indices([start, end]: Range): readonly number[] {
  return Array.from({ length: end - start }, (_, k) => start + k)
}

function pointsAt({ x, y }: Samples, indices: readonly number[]): Point[] {
  return indices.map((k) => {
    const value = y[k] ?? NaN
    return [x[k] ?? 0, Number.isFinite(value) ? value : null]
  })
}

function keptOf(y: Float64Array, [start, end]: Range): readonly number[] {
  let [low, high, first, last, gap] = [-1, -1, -1, -1, -1]
  for (let k = start; k < end; k++) {
    const value = y[k] ?? NaN
    if (!Number.isFinite(value)) {
      gap = k
      continue
    }
    if (first < 0) [first, low, high] = [k, k, k]
    last = k
    if (value < (y[low] ?? value)) low = k
    if (value > (y[high] ?? value)) high = k
  }
  return [...new Set([first, low, high, last, gap])].filter((k) => k >= 0).sort((a, b) => a - b)
}

/** Index ranges of `columns` equal ranges of ascending x; empty ones are left out. */
export function columnRanges(x: ArrayLike<number>, columns: number): readonly Range[] {
  const first = x[0] ?? 0
  const width = ((x[x.length - 1] ?? 0) - first) / columns
  const columnOf = (k: number): number =>
    width > 0 ? Math.min(columns - 1, Math.floor(((x[k] ?? 0) - first) / width)) : 0
  const ranges: Range[] = []
  for (let start = 0, k = 1; k <= x.length; k++) {
    if (k < x.length && columnOf(k) === columnOf(start)) continue
    ranges.push([start, k])
    start = k
  }
  return ranges
}

/** The last record of each of `columns` equal ranges of x, and the very first: for series that hardly vary within one. */
export function lastOfEach<P extends readonly [x: number, ...rest: unknown[]]>(
  records: readonly P[],
  columns: number,
): readonly P[] {
  if (records.length <= columns + 1) return records
  const ends = columnRanges(
    records.map(([x]) => x),
    columns,
  ).map(([, end]) => end - 1)
  const kept = new Set([0, ...ends])
  return records.filter((_, k) => kept.has(k))
}

/**
 * Exponential moving mean over about `span` values, weighted as if nothing were known before the first one (so that it
 * does not start at 0, nor hang on the first value). Gaps stay gaps and are not counted.
 */
export function smoothed({ x, y }: Samples, span: number): Samples {
  const keep = 1 - 2 / (span + 1)
  let [sum, weight] = [0, 0]
  const mean = y.map((value) => {
    if (!Number.isFinite(value)) return NaN
    sum = sum * keep + value
    weight = weight * keep + 1
    return sum / weight
  })
  return { x, y: mean }
}
