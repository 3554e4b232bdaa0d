// The report for a terminal: totals with their conventions, then a tree or list of rows that fits the width.
import { formatCount, humanCount, withSeparators } from '../../compiler/text/numbers.ts'
import { budgetText, factsOf, macRule, titleOf, totalRows } from './facts.ts'
import type { CostDocument, ModuleRow } from './model.ts'
import { flatRows, hasMasks, isFree, type Dimension, type FlatRow } from './rows.ts'
import { plainStyle, type Style } from '../../compiler/text/style.ts'
import { align, shortenEnd, shortenMiddle, wrap } from './text-layout.ts'

export interface TableOptions {
  readonly by: Dimension
  readonly depth: number
  readonly width: number
  readonly style?: Style
}

export function renderTable(document: CostDocument, options: TableOptions): string {
  const style = options.style ?? plainStyle
  const lines = [
    ...heading(document, options.width, style),
    '',
    ...totals(document, style),
    '',
    ...body(document, options, style),
  ]
  return `${lines.map((line) => line.trimEnd()).join('\n')}\n`
}

function heading(document: CostDocument, width: number, style: Style): string[] {
  const facts = [...factsOf(document), { name: 'counted', value: macRule }]
  const label = Math.max(...facts.map(({ name }) => name.length)) + 2
  const listed = facts.flatMap(({ name, value }) =>
    wrap(value, width - label).map((line, at) => style.dim((at === 0 ? name : '').padEnd(label)) + line),
  )
  return [...wrap(titleOf(document), width).map(style.bold), ...listed]
}

function totals(document: CostDocument, style: Style): string[] {
  const rows = totalRows(document, hasMasks(document)).map(({ name, parameters, macs }) => [
    name,
    formatCount(parameters),
    macs === null ? 'unknown' : formatCount(macs),
  ])
  const [header = '', ...lines] = align([['total', 'parameters', 'MACs'], ...rows])
  const budgets = document.budgets.map((one) =>
    (one.kept ? style.green : style.red)(`budget ${budgetText(one)}`),
  )
  return [style.dim(header), ...lines, ...(budgets.length === 0 ? [] : ['', ...budgets])]
}

// ---------------------------------------------------------------- rows

type Show = (value: number) => string

const smallestLabel = 26

function body(document: CostDocument, { by, depth, width }: TableOptions, style: Style): string[] {
  const rows = flatRows(document, by, depth)
  const shown = rows.filter((row) => !isFree(row.numbers))
  const numbers = numberColumns(document, shown, width)
  const numbersWidth = (numbers[0] ?? '').length
  const room = Math.max(smallestLabel, width - numbersWidth - 2)
  const cut = by === 'line' ? shortenEnd : shortenMiddle
  const labels = shown.map((row) => cut('  '.repeat(row.depth) + row.label, room))
  const labelWidth = Math.max(by.length, ...labels.map((label) => [...label].length))
  const [header = '', ...cells] = numbers
  const lines = labels.map((label, at) => `${label.padEnd(labelWidth)}  ${cells[at] ?? ''}`)
  return [
    style.dim(`${by.padEnd(labelWidth)}  ${header}`),
    ...lines,
    ...remarks(document, rows.length - shown.length, by, depth).map(style.dim),
  ]
}

/** Exact numbers where a readable label still fits beside them, else rounded ones. */
function numberColumns(document: CostDocument, rows: readonly FlatRow[], width: number): string[] {
  const exact = numberLines(document, rows, withSeparators)
  return (exact[0] ?? '').length + smallestLabel + 2 <= width
    ? exact
    : numberLines(document, rows, humanCount)
}

function numberLines(document: CostDocument, rows: readonly FlatRow[], show: Show): string[] {
  const masked = hasMasks(document)
  const withLines = rows.some((row) => row.place !== undefined)
  const files = new Set(rows.map((row) => row.place?.file))
  const total = masked ? document.totals.training.effectiveMacs : document.totals.training.macs
  const header = [
    'parameters',
    ...(masked ? ['effective'] : []),
    'MACs',
    ...(masked ? ['effective'] : []),
    'share',
    ...(withLines ? ['line'] : []),
  ]
  const lines = rows.map(({ numbers, place }) => [
    show(numbers.parameters),
    ...(masked ? [show(numbers.effectiveParameters)] : []),
    shownMacs(numbers.macs, show),
    ...(masked ? [shownMacs(numbers.effectiveMacs, show)] : []),
    share(masked ? numbers.effectiveMacs : numbers.macs, total),
    ...(withLines ? [placeText(place, files.size)] : []),
  ])
  return align([header, ...lines], 'right')
}

/** The line alone where all rows are of one file. */
function placeText(place: FlatRow['place'], files: number): string {
  if (place === undefined) return ''
  return files === 1 ? String(place.line) : `${place.file}:${place.line}`
}

function shownMacs(value: number | null, show: Show): string {
  return value === null ? '?' : show(value)
}

function share(value: number | null, total: number | null): string {
  return value === null || total === null || total === 0 ? '' : `${((100 * value) / total).toFixed(1)} %`
}

function remarks(document: CostDocument, hidden: number, by: Dimension, depth: number): string[] {
  const deepest = Math.max(0, ...document.modules.map(height))
  return [
    `rows count training (every output); share is of the ${hasMasks(document) ? 'effective ' : ''}MACs`,
    ...(hidden === 0 ? [] : [`not shown: ${hidden} without parameters and MACs`]),
    ...(by === 'module' && deepest > depth
      ? [`modules are shown to depth ${depth} of ${deepest}: --depth ${deepest} shows all`]
      : []),
  ]
}

function height({ children }: ModuleRow): number {
  return 1 + Math.max(0, ...children.map(height))
}
