// The columns of numbers beside a table's labels, as many and as exact as the width allows.
import { humanCount, withSeparators } from '../../compiler/text/numbers.ts'
import type { CostDocument } from './model.ts'
import { hasMasks, type FlatRow } from './rows.ts'
import { align } from './text-layout.ts'

interface Column {
  readonly title: string
  cell(row: FlatRow): string
}

/** Room that a label needs to say something. */
export const smallestLabel = 24
export const gap = 2

/** Header first, then a line for each row: exact numbers where a label still fits beside them, else rounded, else fewer. */
export function numberLines(document: CostDocument, rows: readonly FlatRow[], width: number): string[] {
  const masked = hasMasks(document)
  const dense = (show: Show): Column[] => [parameters(show), counted(document, show)]
  const effective = (show: Show): Column[] => [effectiveParameters(show), effectiveCounted(show)]
  const both = (show: Show): Column[] => [
    parameters(show),
    effectiveParameters(show),
    counted(document, show),
    effectiveCounted(show),
  ]
  const extras = [share(document), ...lines(rows)]
  const executed = (show: Show): Column[] => (document.executed === undefined ? [] : [executedMacs(show)])
  const choices = [
    [...(masked ? both : dense)(withSeparators), ...executed(withSeparators), ...extras],
    [...(masked ? both : dense)(humanCount), ...executed(humanCount), ...extras],
    [...(masked ? effective : dense)(humanCount), ...executed(humanCount), ...extras],
  ].map((columns) => render(columns, rows))
  const fitting = choices.find(([header = '']) => header.length + gap + smallestLabel <= width)
  return fitting ?? render((masked ? effective : dense)(humanCount), rows)
}

function render(columns: readonly Column[], rows: readonly FlatRow[]): string[] {
  const cells = rows.map((row) => columns.map((column) => column.cell(row)))
  return align([columns.map((column) => column.title), ...cells], 'right')
}

type Show = (value: number) => string

const parameters = (show: Show): Column => ({
  title: 'parameters',
  cell: (row) => show(row.numbers.parameters),
})
const effectiveParameters = (show: Show): Column => ({
  title: 'effective',
  cell: (row) => show(row.numbers.effectiveParameters),
})
const counted = (document: CostDocument, show: Show): Column => ({
  title: document.convention.column,
  cell: (row) => shownCount(row.numbers.counted, show),
})
const effectiveCounted = (show: Show): Column => ({
  title: 'effective',
  cell: (row) => shownCount(row.numbers.effectiveCounted, show),
})

const executedMacs = (show: Show): Column => ({
  title: 'executed',
  cell: (row) => shownCount(row.numbers.executedMacs ?? null, show),
})

function shownCount(value: number | null, show: Show): string {
  return value === null ? '?' : show(value)
}

/** Of the counts that are shown: the effective ones where there are masks (without masks they are equal). */
function share(document: CostDocument): Column {
  const total = document.totals.training.effectiveCounted
  return {
    title: 'share',
    cell: ({ numbers: { effectiveCounted: own } }) =>
      own === null || total === null || total === 0 ? '' : `${((100 * own) / total).toFixed(1)} %`,
  }
}

/** The line alone where all rows are of one file; no column where rows have no place. */
function lines(rows: readonly FlatRow[]): Column[] {
  const files = new Set(rows.map((row) => row.place?.file))
  if (rows.every((row) => row.place === undefined)) return []
  const text = (place: FlatRow['place']): string =>
    place === undefined ? '' : files.size === 1 ? String(place.line) : `${place.file}:${place.line}`
  return [{ title: 'line', cell: (row) => text(row.place) }]
}
