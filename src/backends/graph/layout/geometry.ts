// Points, rectangles and curves of a picture, in pixels from its top left corner.

export interface Point {
  readonly x: number
  readonly y: number
}

export interface Rectangle extends Point {
  readonly width: number
  readonly height: number
}

/** A place on a grid. Rows and columns may be fractions: what comes between two. */
export interface Cell {
  readonly row: number
  readonly column: number
}

export type Segment =
  | { readonly kind: 'line'; readonly to: Point }
  | { readonly kind: 'curve'; readonly first: Point; readonly second: Point; readonly to: Point }

/** One stroke without gaps. */
export interface Curve {
  readonly start: Point
  readonly segments: readonly Segment[]
}

export const point = (x: number, y: number): Point => ({ x, y })

export const line = (to: Point): Segment => ({ kind: 'line', to })

/** From one point to another, leaving and arriving along one axis. */
export function bend(from: Point, to: Point, axis: 'x' | 'y'): Segment {
  if (from[axis === 'x' ? 'y' : 'x'] === to[axis === 'x' ? 'y' : 'x']) return line(to)
  const half = (to[axis] - from[axis]) / 2
  const first = axis === 'x' ? point(from.x + half, from.y) : point(from.x, from.y + half)
  const second = axis === 'x' ? point(to.x - half, to.y) : point(to.x, to.y - half)
  return { kind: 'curve', first, second, to }
}

/** Through corners that are rounded off; the corners follow each other along one axis at a time. */
export function rounded(corners: readonly Point[], radius: number): Curve {
  const [start = point(0, 0), ...rest] = corners
  const segments: Segment[] = []
  let at = start
  rest.forEach((corner, k) => {
    const next = rest[k + 1]
    if (next === undefined) {
      segments.push(line(corner))
      return
    }
    const size = Math.min(radius, distance(at, corner) / 2, distance(corner, next) / 2)
    if (size < 0.5) {
      segments.push(line(corner))
      at = corner
      return
    }
    const before = towards(corner, at, size)
    const after = towards(corner, next, size)
    segments.push(line(before), { kind: 'curve', first: corner, second: corner, to: after })
    at = after
  })
  return { start, segments }
}

function distance(a: Point, b: Point): number {
  return Math.hypot(a.x - b.x, a.y - b.y)
}

function towards(from: Point, to: Point, length: number): Point {
  const whole = distance(from, to)
  if (whole === 0) return from
  return point(from.x + ((to.x - from.x) * length) / whole, from.y + ((to.y - from.y) * length) / whole)
}

export function movedCurve(curve: Curve, by: Point): Curve {
  const move = (at: Point): Point => point(at.x + by.x, at.y + by.y)
  return mappedCurve(curve, move)
}

export function mappedCurve({ start, segments }: Curve, map: (at: Point) => Point): Curve {
  return {
    start: map(start),
    segments: segments.map((one): Segment =>
      one.kind === 'line'
        ? line(map(one.to))
        : { kind: 'curve', first: map(one.first), second: map(one.second), to: map(one.to) },
    ),
  }
}

/** The second curve begins where the first ends. */
export function joined(curves: readonly Curve[]): Curve {
  const [first, ...rest] = curves
  if (first === undefined) return { start: point(0, 0), segments: [] }
  return {
    start: first.start,
    segments: [...first.segments, ...rest.flatMap((one) => [line(one.start), ...one.segments])],
  }
}
