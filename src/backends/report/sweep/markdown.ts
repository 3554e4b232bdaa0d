// A sweep as Markdown: for a pull request or the notes of a design review.
import { codeSpan } from '../diff/markdown.ts'
import { escaped } from '../markdown.ts'
import {
  argumentCells,
  argumentHead,
  factsOf,
  failures,
  markedCells,
  measuredNotes,
  metricHead,
  titleOf,
} from './figures.ts'
import type { SweepDocument, SweepRow } from './model.ts'

export function renderSweepMarkdown(document: SweepDocument): string {
  const head = ['front', ...argumentHead(document), ...metricHead(document, 'exact')]
  const swept = argumentHead(document)
  const rule = `| :-: |${' --: |'.repeat(head.length - 1)}`
  const numbers = markedCells(document, 'exact')
  const rows = document.rows.map((row, at) => line(rowCells(document, row, numbers[at] ?? [])))
  const blocks = [
    [
      `### ${text(titleOf(document))}${swept.length === 0 ? '' : `, swept over ${swept.map(codeSpan).join(', ')}`}`,
    ],
    [
      `- file: ${codeSpan(document.file)}`,
      ...factsOf(document).map(({ name, value }) => `- ${text(name)}: ${text(value)}`),
    ],
    [line(head), rule, ...rows],
    failures(document).map(({ text: told, points }) => `- ${text(told)}: ${points.map(codeSpan).join('; ')}`),
    measuredNotes(document).map((note) => `- ${text(note)}`),
  ]
  return `${blocks
    .filter((one) => one.length > 0)
    .map((one) => one.join('\n'))
    .join('\n\n')}\n`
}

function rowCells(document: SweepDocument, row: SweepRow, numbers: readonly string[]): readonly string[] {
  const cells =
    row.status === 'failed'
      ? [row.findings[0]?.code ?? 'failed', ...Array.from({ length: numbers.length - 1 }, () => '')]
      : numbers
  return [row.front ? '★' : '', ...argumentCells(document, row), ...cells]
}

const text = (value: string): string => escaped(value.replaceAll(/[\r\n]+/g, ' '))
const line = (cells: readonly string[]): string => `| ${cells.map(text).join(' | ')} |`
