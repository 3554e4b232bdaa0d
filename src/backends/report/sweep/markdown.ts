// A sweep as Markdown: for a pull request or the notes of a design review.
import { codeSpan } from '../diff/markdown.ts'
import { escaped } from '../markdown.ts'
import {
  argumentCells,
  argumentHead,
  factsOf,
  findingTexts,
  measuredNotes,
  metricCells,
  metricHead,
  titleOf,
} from './figures.ts'
import type { SweepDocument, SweepRow } from './model.ts'

export function renderSweepMarkdown(document: SweepDocument): string {
  const head = ['front', ...argumentHead(document), ...metricHead(document, 'exact')]
  const swept = argumentHead(document).length
  const rule = `| :-: |${' --: |'.repeat(head.length - 1)}`
  const rows = document.rows.map((row) => line(rowCells(document, row)))
  const remarks = document.rows.flatMap((row) => findingTexts(row).map((text) => ({ row, text })))
  const blocks = [
    [
      `### ${text(titleOf(document))}, swept over ${swept === 0 ? 'nothing' : argumentHead(document).map(codeSpan).join(', ')}`,
    ],
    [
      `- file: ${codeSpan(document.file)}`,
      ...factsOf(document).map(({ name, value }) => `- ${text(name)}: ${text(value)}`),
    ],
    [line(head), rule, ...rows],
    remarks.map(({ row, text: told }) => `- ${placeOf(document, row)}: ${text(told)}`),
    measuredNotes(document).map((note) => `- ${text(note)}`),
  ]
  return `${blocks
    .filter((one) => one.length > 0)
    .map((one) => one.join('\n'))
    .join('\n\n')}\n`
}

function rowCells(document: SweepDocument, row: SweepRow): readonly string[] {
  const numbers = metricHead(document, 'exact').length
  const cells =
    row.status === 'failed'
      ? [row.findings[0]?.code ?? 'failed', ...Array.from({ length: numbers - 1 }, () => '')]
      : metricCells(document, row, 'exact')
  return [row.front ? '★' : '', ...argumentCells(document, row), ...cells]
}

function placeOf(document: SweepDocument, row: SweepRow): string {
  const names = argumentHead(document)
  return argumentCells(document, row)
    .map((value, at) => codeSpan(`${names[at] ?? ''} = ${value}`))
    .join(', ')
}

const text = (value: string): string => escaped(value.replaceAll(/[\r\n]+/g, ' '))
const line = (cells: readonly string[]): string => `| ${cells.map(text).join(' | ')} |`
