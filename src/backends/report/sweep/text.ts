// A sweep for a terminal: what was swept, then a line for each point, those on the front with a star.
import { largest } from '../../../compiler/text/numbers.ts'
import { plainStyle, type Style } from '../../../compiler/text/style.ts'
import { align, wrap } from '../text-layout.ts'
import type { Exactness } from './columns.ts'
import {
  argumentCells,
  argumentHead,
  factsOf,
  findingTexts,
  markedCells,
  measuredNotes,
  metricHead,
  titleOf,
} from './figures.ts'
import type { SweepDocument, SweepRow } from './model.ts'

export interface SweepTextOptions {
  readonly width: number
  readonly style?: Style
}

export function renderSweepText(document: SweepDocument, options: SweepTextOptions): string {
  const { width, style = plainStyle } = options
  const notes = measuredNotes(document)
  const blocks = [
    heading(document, width, style),
    tableOf(document, width, style),
    ...(notes.length === 0 ? [] : [notes.flatMap((one) => wrap(one, width)).map(style.yellow)]),
  ]
  const lines = blocks.flatMap((block, at) => (at === 0 ? block : ['', ...block]))
  return `${lines.map((line) => line.trimEnd()).join('\n')}\n`
}

function heading(document: SweepDocument, width: number, style: Style): string[] {
  const facts = factsOf(document)
  const label = largest(facts.map(({ name }) => name.length)) + 2
  const listed = facts.flatMap(({ name, value }) =>
    wrap(value, width - label).map((line, at) => style.dim((at === 0 ? name : '').padEnd(label)) + line),
  )
  return [style.bold(`${titleOf(document)}  ${document.file}`), ...listed]
}

const mark = '* '
const noMark = '  '

/** Exact numbers where they fit, else rounded ones. */
function tableOf(document: SweepDocument, width: number, style: Style): string[] {
  const left = argumentLines(document)
  const room = width - mark.length - (left[0] ?? '').length - 2
  const exact = metricLines(document, 'exact')
  const right = (exact[0] ?? '').length <= room ? exact : metricLines(document, 'rounded')
  const rows = document.rows.flatMap((row, at) =>
    rowLines(row, { start: left[at + 1] ?? '', numbers: right[at + 1] ?? '', width, style }),
  )
  return [
    style.dim(`${noMark}${left[0] ?? ''}  ${right[0] ?? ''}`),
    ...rows,
    ...(document.front.rows.length === 0 ? [] : [style.dim('* on the front')]),
  ]
}

/** Numbers to the right, everything else to the left. */
function argumentLines(document: SweepDocument): string[] {
  const rows = [argumentHead(document), ...document.rows.map((row) => argumentCells(document, row))]
  const widths = rows[0]?.map((_, column) => largest(rows.map((cells) => (cells[column] ?? '').length))) ?? []
  const numeric = widths.map((_, column) =>
    rows.slice(1).every((cells) => /^[-\d.]+%?$/.test(cells[column] ?? '')),
  )
  return rows.map((cells) =>
    cells
      .map((cell, column) =>
        numeric[column] === true ? cell.padStart(widths[column] ?? 0) : cell.padEnd(widths[column] ?? 0),
      )
      .join('  '),
  )
}

function metricLines(document: SweepDocument, exactness: Exactness): string[] {
  const cells = markedCells(document, exactness).map((one, at) =>
    document.rows[at]?.status === 'failed' ? [] : one,
  )
  return align([metricHead(document, exactness), ...cells], 'right')
}

interface Line {
  readonly start: string
  readonly numbers: string
  readonly width: number
  readonly style: Style
}

/** What is wrong with a point stands beside its arguments where it failed, else below its numbers. */
function rowLines(row: SweepRow, { start, numbers, width, style }: Line): string[] {
  const indent = mark.length + start.length + 2
  const told = findingTexts(row).flatMap((one) => wrap(one, Math.max(24, width - indent)))
  const below = told.map((line) => ' '.repeat(indent) + style.red(line))
  switch (row.status) {
    case 'failed': {
      const [first = ''] = told
      return [`${noMark}${start}  ${style.red(first)}`, ...below.slice(1)]
    }
    case 'over-budget':
      return [`${noMark}${start}  ${numbers}`, ...below]
    case 'counted': {
      const line = `${row.front ? mark : noMark}${start}  ${numbers}`
      return [row.front ? style.bold(line) : line]
    }
  }
}
