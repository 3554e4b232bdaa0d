// The report for a terminal: totals with their conventions, then a tree or list of rows that fits the width.
import { formatCount, humanCount, largest } from '../../compiler/text/numbers.ts'
import { plainStyle, type Style } from '../../compiler/text/style.ts'
import { gap, numberLines, smallestLabel } from './columns.ts'
import { budgetText, conventionFacts, factsOf, titleOf, totalRows } from './facts.ts'
import type { CostDocument } from './model.ts'
import { flatRows, hasMasks, isFree, type Dimension, type FlatRow } from './rows.ts'
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
    ...totals(document, options.width, style),
    '',
    ...body(document, options, style),
  ]
  return `${lines.map((line) => line.trimEnd()).join('\n')}\n`
}

export function heading(document: CostDocument, width: number, style: Style): string[] {
  const facts = [
    ...factsOf(document),
    { name: 'counted', value: document.convention.rule },
    ...conventionFacts(document),
  ]
  const label = Math.max(...facts.map(({ name }) => name.length)) + 2
  const listed = facts.flatMap(({ name, value }) =>
    wrap(value, width - label).map((line, at) => style.dim((at === 0 ? name : '').padEnd(label)) + line),
  )
  return [...wrap(titleOf(document), width).map(style.bold), ...listed]
}

function totals(document: CostDocument, width: number, style: Style): string[] {
  const lines = (show: (value: number) => string): string[] =>
    align([
      ['total', 'parameters', document.convention.column],
      ...totalRows(document, hasMasks(document)).map(({ name, parameters, counted }) => [
        name,
        show(parameters),
        counted === null ? 'unknown' : show(counted),
      ]),
    ])
  const exact = lines(formatCount)
  const [header = '', ...rows] = (exact[0] ?? '').length <= width ? exact : lines(humanCount)
  const budgets = document.budgets.flatMap((one) =>
    wrap(`budget ${budgetText(one)}`, width).map(one.kept ? style.green : style.red),
  )
  return [style.dim(header), ...rows, ...(budgets.length === 0 ? [] : ['', ...budgets])]
}

// ---------------------------------------------------------------- rows

function body(document: CostDocument, { by, depth, width }: TableOptions, style: Style): string[] {
  const rows = flatRows(document, by, depth)
  const shown = rows.filter((row) => !isFree(row.numbers))
  const [header = '', ...cells] = numberLines(document, shown, width)
  const room = Math.max(smallestLabel, width - header.length - gap)
  const cut = by === 'line' || by === 'call' ? shortenEnd : shortenMiddle
  const labels = shown.map((row) => cut('  '.repeat(row.depth) + row.label, room))
  const labelWidth = largest(
    labels.map((label) => [...label].length),
    by.length,
  )
  const lines = labels.map((label, at) => `${label.padEnd(labelWidth + gap)}${cells[at] ?? ''}`)
  const notes = remarks(document, rows, by).flatMap((note) => wrap(note, width))
  return [style.dim(`${by.padEnd(labelWidth + gap)}${header}`), ...lines, ...notes.map(style.dim)]
}

function remarks(document: CostDocument, rows: readonly FlatRow[], by: Dimension): string[] {
  const all = flatRows(document, by, Infinity)
  const free = rows.filter((row) => isFree(row.numbers)).length
  const { name } = document.convention
  const what = name === 'mac' ? 'MACs' : `count by ${name}`
  const deepest = 1 + largest(all.map((row) => row.depth))
  return [
    `rows count training (every output); share is of the ${hasMasks(document) ? 'effective ' : ''}${what}`,
    ...(by === 'call'
      ? ['a line counts all that its calls lead to; rows add up to more than the total']
      : []),
    ...(free === 0 ? [] : [`not shown: ${free} without parameters and ${what}`]),
    ...(all.length === rows.length
      ? []
      : [`not shown: ${all.length - rows.length} deeper; --depth ${deepest} shows all`]),
  ]
}
