// The spec's own `results` for `weft sweep`: which tables are taken, and how their figures join those of a file.
import type { Measurement } from '../../compiler/analysis/sweep/measurements.ts'
import { specResults, type SpecResults } from '../../compiler/analysis/sweep/spec-results.ts'
import { compileResults } from '../../compiler/compile.ts'
import { problem, type Problem } from '../../compiler/diagnostics/diagnostic.ts'
import type { Results } from '../../compiler/semantics/declarations/results.ts'
import type { PointOutcome, SweepPlan } from '../../compiler/sweep.ts'
import type { SourceFile } from '../../compiler/text/source.ts'
import { suggest } from '../../compiler/text/suggest.ts'
import type { Located } from '../../node/spec-files.ts'
import { pathFromHere } from '../display.ts'

export interface Tables {
  readonly tables: readonly Results[]
  readonly sources: ReadonlyMap<string, SourceFile>
}

/** The tables of these names, `none`, or all. What is wrong with the file is told by planning the sweep. */
export function openTables({ entry, host }: Located, asked: readonly string[] | undefined): Tables | Problem {
  if (asked?.join() === 'none') return { tables: [], sources: new Map() }
  const { results, sources, diagnostics } = compileResults(entry, host)
  const known = results.map(({ name }) => name)
  const unknown = asked?.find((one) => !known.includes(one))
  if (unknown === undefined || diagnostics.some(({ severity }) => severity === 'error'))
    return { tables: results.filter(({ name }) => asked?.includes(name) ?? true), sources }
  return problem('unknown-results', {
    results: unknown,
    file: entry,
    known,
    suggestion: suggest(unknown, known),
  })
}

/** What of the tables belongs to the points. A result that the file brings is taken from the file alone, so that no column has two sources. */
export function belonging(
  { tables, sources }: Tables,
  outcomes: readonly PointOutcome[],
  brought: readonly Measurement[],
  located: Located,
): SpecResults {
  const taken = new Set(brought.map(({ metric }) => metric))
  const { entry } = located
  return specResults(tables, outcomes, {
    entry,
    sources,
    nameOf: (path) => pathFromHere(path, located),
    taken,
  })
}

/**
 * What the front is of: all that was asked for and all that was brought along, and of the spec's results those that every counted point has.
 * A point without one could not be on the front, whatever it costs.
 */
export function frontMetrics(
  { metrics }: SweepPlan,
  outcomes: readonly PointOutcome[],
  brought: readonly Measurement[],
  { measurements }: SpecResults,
): readonly string[] {
  const counted = outcomes.filter(({ status }) => status !== 'failed').length
  const times = new Map<string, number>()
  for (const { metric } of measurements) times.set(metric, (times.get(metric) ?? 0) + 1)
  const whole = [...times].flatMap(([name, count]) => (count === counted ? [name] : []))
  return [...new Set([...metrics, ...brought.map(({ metric }) => metric), ...whole])]
}
