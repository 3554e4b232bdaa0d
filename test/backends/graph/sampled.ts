// Points along a curve of a picture, for measuring where it runs.
import { point, type Curve, type Point, type Segment } from '../../../src/backends/graph/layout/geometry.ts'

export function sampled(curve: Curve, perSegment = 24): Point[] {
  const points: Point[] = [curve.start]
  let at = curve.start
  for (const one of curve.segments) {
    for (let k = 1; k <= perSegment; k++) points.push(along(at, one, k / perSegment))
    at = one.to
  }
  return points
}

function along(from: Point, one: Segment, t: number): Point {
  const s = 1 - t
  if (one.kind === 'line') return point(s * from.x + t * one.to.x, s * from.y + t * one.to.y)
  const mix = (axis: 'x' | 'y'): number =>
    s ** 3 * from[axis] +
    3 * s * s * t * one.first[axis] +
    3 * s * t * t * one.second[axis] +
    t ** 3 * one.to[axis]
  return point(mix('x'), mix('y'))
}
