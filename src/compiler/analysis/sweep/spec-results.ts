// The `results` of a spec as measurements: what of them belongs to the points of a sweep, and where it is from.
import type { Result, Results } from '../../semantics/declarations/results.ts'
import { positionAt, type SourceFile, type Span } from '../../text/source.ts'
import { PointIndex, type MeasurablePoint, type Measurement } from './measurements.ts'
import { costMetricNames } from './metrics.ts'

/** A table of the spec that points have figures of. */
export interface ResultsSource {
  readonly name: string
  readonly network: string
  /** Its doc comment. */
  readonly doc: string | null
  readonly file: string
  readonly line: number
  readonly metrics: readonly string[]
}

export interface SpecResults {
  readonly measurements: readonly Measurement[]
  readonly sources: readonly ResultsSource[]
}

export interface SpecResultsOptions {
  /** The file that is swept: a network of another one may have the same name. */
  readonly entry: string
  readonly sources: ReadonlyMap<string, SourceFile>
  /** Paths as they are shown. */
  nameOf(path: string): string
  /** Metrics that are measured elsewhere; what is counted is left out as well. */
  readonly taken: ReadonlySet<string>
}

/** The figures that hold for a point: every argument is in force there, defaults included. */
export function specResults(
  tables: readonly Results[],
  points: readonly MeasurablePoint[],
  { entry, sources, nameOf, taken }: SpecResultsOptions,
): SpecResults {
  const index = new PointIndex(points)
  const counted = new Set(costMetricNames)
  const placeOf = ({ file, start }: Span): Measurement['where'] => {
    const source = sources.get(file)
    return { file: nameOf(file), line: source === undefined ? 1 : positionAt(source, start).line }
  }
  const about = tables.filter(({ file }) => file === entry)
  const used = about.map((table) => {
    const own = table.entries
      .filter(({ metric }) => !taken.has(metric) && !counted.has(metric))
      .map((one) => measurementOf(one, table, placeOf(one.span)))
    return { table, measurements: own.filter((one) => index.fitting(one).length === 1) }
  })
  return {
    measurements: used.flatMap(({ measurements }) => measurements),
    sources: used.flatMap(({ table, measurements }) =>
      measurements.length === 0 ? [] : [sourceOf(table, measurements, placeOf(table.span))],
    ),
  }
}

const measurementOf = (
  { metric, value, arguments: inForce }: Result,
  { name, network }: Results,
  where: Measurement['where'],
): Measurement => ({
  metric,
  value,
  network,
  arguments: Object.fromEntries(inForce.map((one) => [one.name, one.value])),
  where,
  results: name,
})

function sourceOf(
  { name, network, doc }: Results,
  measurements: readonly Measurement[],
  where: Measurement['where'],
): ResultsSource {
  const metrics = [...new Set(measurements.map(({ metric }) => metric))]
  return { name, network, doc: doc ?? null, ...where, metrics }
}
