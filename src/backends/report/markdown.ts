// The report as a Markdown page, for reviews.
import { formatCount, withSeparators } from '../../compiler/text/numbers.ts'
import { budgetText, factsOf, macRule, titleOf, totalRows } from './facts.ts'
import type { CostDocument, Row } from './model.ts'
import { flatRows, hasMasks, isFree, type Dimension, type FlatRow } from './rows.ts'

export function renderMarkdown(document: CostDocument, by: Dimension, depth: number): string {
  const masked = hasMasks(document)
  const rows = flatRows(document, by, depth).filter((row) => !isFree(row.numbers))
  return [
    `## ${escaped(titleOf(document))}`,
    '',
    ...factsOf(document).map(({ name, value }) => `- ${name}: ${escaped(value)}`),
    `- ${macRule}`,
    ...document.budgets.map((one) => `- budget: ${budgetText(one)}`),
    '',
    '| total | parameters | MACs |',
    '| :-- | --: | --: |',
    ...totalRows(document, masked).map(
      ({ name, parameters, macs }) =>
        `| ${name} | ${formatCount(parameters)} | ${macs === null ? 'unknown' : formatCount(macs)} |`,
    ),
    '',
    `| ${by} | ${columns(masked)
      .map((one) => one.title)
      .join(' | ')} |`,
    `| :-- |${' --: |'.repeat(columns(masked).length)}`,
    ...rows.map((row) => markdownRow(row, masked)),
    '',
  ].join('\n')
}

interface Column {
  readonly title: string
  read(row: Row): number | null
}

function columns(masked: boolean): Column[] {
  const dense: Column[] = [
    { title: 'parameters', read: (row) => row.parameters },
    { title: 'MACs', read: (row) => row.macs },
  ]
  if (!masked) return dense
  return [
    ...dense,
    { title: 'effective parameters', read: (row) => row.effectiveParameters },
    { title: 'effective MACs', read: (row) => row.effectiveMacs },
  ]
}

function markdownRow({ depth, label, numbers }: FlatRow, masked: boolean): string {
  const cells = columns(masked).map((column) => {
    const value = column.read(numbers)
    return value === null ? 'unknown' : withSeparators(value)
  })
  return `| ${'&nbsp;&nbsp;'.repeat(depth)}${escaped(label)} | ${cells.join(' | ')} |`
}

function escaped(text: string): string {
  return text.replaceAll(/[\\|*_<`]/g, (character) => `\\${character}`)
}
