// The best of each metric, and of the score, with the point that has it.
import { metricCells, pointText } from '../../backends/report/sweep/figures.ts'
import type { SweepDocument, SweepRow } from '../../backends/report/sweep/model.ts'
import type { Objective } from '../../compiler/analysis/sweep/metrics.ts'
import { withSeparators } from '../../compiler/text/numbers.ts'
import type { KeyNumber } from '../parts.ts'

const bestShown = 5

/** Of the metrics of the front; where several points are equal, one of the front speaks for them. */
export function bestNumbers(document: SweepDocument): readonly KeyNumber[] {
  const chosen = new Set(document.front.metrics.slice(0, bestShown))
  const counted = document.rows.filter(({ status }) => status === 'counted')
  const cellsOf = metricCells(document, 'rounded')
  const numberOf = (name: string, rows: readonly SweepRow[], column: number): readonly KeyNumber[] => {
    const row = rows.find(({ front }) => front) ?? rows[0]
    if (row === undefined) return []
    const others = rows.length === 1 ? '' : ` and ${withSeparators(rows.length - 1)} more`
    const value = cellsOf(row).at(column)
    return [{ name, value, note: pointText(document, row) + others }]
  }
  const best = document.metrics.flatMap(({ name, title, objective }, column) => {
    if (!chosen.has(name)) return []
    const rows = bestRows(counted, objective, ({ values }) => values[name] ?? null)
    return numberOf(`${objective === 'minimise' ? 'Least' : 'Most'} ${title}`, rows, column)
  })
  if (document.score === null) return best
  const rows = bestRows(document.rows, 'maximise', ({ score }) => score)
  return [...best, ...numberOf('Best score', rows, -1)]
}

/** All that are equal. */
function bestRows(
  rows: readonly SweepRow[],
  objective: Objective,
  valueOf: (row: SweepRow) => number | null,
): readonly SweepRow[] {
  const having = rows.flatMap((row) => {
    const value = valueOf(row)
    return value === null ? [] : [{ row, value: objective === 'minimise' ? value : -value }]
  })
  const least = having.reduce((best, { value }) => Math.min(best, value), Infinity)
  return having.filter(({ value }) => value === least).map(({ row }) => row)
}
