// The points of a sweep: every network with every combination of values, the last parameter varying fastest.
import { problem, type Problem } from '../../diagnostics/diagnostic.ts'
import { mostPoints, type Axis } from './axes.ts'

export interface SweepPoint {
  readonly network: string
  /** What is swept, as Weft expressions. */
  readonly given: Readonly<Record<string, string>>
}

export function pointsOf(
  networks: readonly string[],
  axes: readonly Axis[],
): readonly SweepPoint[] | Problem {
  const count = axes.reduce((product, { values }) => product * values.length, networks.length)
  if (count > mostPoints) return problem('sweep-too-large', { points: String(count), limit: mostPoints })
  let points = networks.map((network): SweepPoint => ({ network, given: {} }))
  for (const { name, values } of axes)
    points = points.flatMap(({ network, given }) =>
      values.map((value) => ({ network, given: { ...given, [name]: value } })),
    )
  return points
}
