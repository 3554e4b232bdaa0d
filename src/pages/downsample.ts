// Long series for small pictures: what a line looks like at the picture's resolution, and no more.

/** A position and a value; null where there is none. */
export type Point = readonly [x: number, y: number | null]

/**
 * At most four points of each of `columns` equal ranges of x: the first, the smallest, the largest, the last, so that a
 * line through them covers the pixels that the whole line would cover.
 * Source: Jugel, Jerzak, Hackenbroich, Markl, "M4: A Visualization-Oriented Time Series Data Aggregation", VLDB 2014.
 * The points are in the order of x. A range that has a gap keeps one gap beside its points.
 */
export function extremes(points: readonly Point[], columns: number): readonly Point[] {
  if (points.length <= columns * 4) return points
  return columnsOf(points, columns).flatMap(ofColumn)
}

/** Points by equal ranges of x; empty ranges are left out. */
export function columnsOf<P extends readonly [number, ...unknown[]]>(
  points: readonly P[],
  columns: number,
): readonly (readonly P[])[] {
  const start = points[0]?.[0] ?? 0
  const width = ((points.at(-1)?.[0] ?? 0) - start) / columns
  const found: P[][] = []
  let current = -1
  for (const point of points) {
    const column = width > 0 ? Math.min(columns - 1, Math.floor((point[0] - start) / width)) : 0
    if (column === current) found.at(-1)?.push(point)
    else found.push([point])
    current = column
  }
  return found
}

function ofColumn(points: readonly Point[]): readonly Point[] {
  let [low, high, first, last, gap] = [-1, -1, -1, -1, -1]
  for (const [k, [, y]] of points.entries()) {
    if (y === null) {
      gap = k
      continue
    }
    if (first < 0) first = k
    last = k
    if (low < 0 || y < (points[low]?.[1] ?? y)) low = k
    if (high < 0 || y > (points[high]?.[1] ?? y)) high = k
  }
  const kept = new Set([first, low, high, last, gap].filter((k) => k >= 0))
  return points.filter((_, k) => kept.has(k))
}

/** The last point of each of `columns` equal ranges of x, and the very first: for series that hardly vary within one. */
export function lastOfEach<P extends readonly [number, ...unknown[]]>(
  points: readonly P[],
  columns: number,
): readonly P[] {
  const first = points[0]
  if (first === undefined || points.length <= columns + 1) return points
  const ends = columnsOf(points, columns).flatMap((column) => column.slice(-1))
  return ends[0] === first ? ends : [first, ...ends]
}

/**
 * Exponential moving mean over about `span` points, weighted as if nothing were known before the first one (so that it
 * does not start at 0, nor hang on the first value). Gaps stay gaps and are not counted.
 */
export function smoothed(points: readonly Point[], span: number): readonly Point[] {
  const keep = 1 - 2 / (span + 1)
  let [sum, weight] = [0, 0]
  return points.map(([x, y]): Point => {
    if (y === null) return [x, null]
    sum = sum * keep + y
    weight = weight * keep + 1
    return [x, sum / weight]
  })
}
