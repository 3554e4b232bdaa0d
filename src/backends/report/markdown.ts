// The report as a Markdown page, for reviews.
import { formatCount, withSeparators } from '../../compiler/text/numbers.ts'
import { budgetText, conventionFacts, factsOf, titleOf, totalRows } from './facts.ts'
import type { CostDocument, Row } from './model.ts'
import { flatRows, hasMasks, isFree, type Dimension, type FlatRow } from './rows.ts'

export function renderMarkdown(document: CostDocument, by: Dimension, depth: number): string {
  const masked = hasMasks(document)
  const rows = flatRows(document, by, depth).filter((row) => !isFree(row.numbers))
  return [
    `## ${escaped(titleOf(document))}`,
    '',
    ...factsOf(document).map(({ name, value }) => `- ${name}: ${escaped(value)}`),
    `- ${document.convention.rule}`,
    ...conventionFacts(document).map(({ name, value }) => `- ${name}: ${escaped(value)}`),
    ...document.budgets.map((one) => `- budget: ${budgetText(one)}`),
    '',
    `| total | parameters | ${document.convention.column} |`,
    '| :-- | --: | --: |',
    ...totalRows(document, masked).map(
      ({ name, parameters, counted }) =>
        `| ${name} | ${formatCount(parameters)} | ${counted === null ? 'unknown' : formatCount(counted)} |`,
    ),
    '',
    `| ${by} | ${columns(document, masked)
      .map((one) => one.title)
      .join(' | ')} |`,
    `| :-- |${' --: |'.repeat(columns(document, masked).length)}`,
    ...rows.map((row) => markdownRow(row, columns(document, masked))),
    '',
  ].join('\n')
}

interface Column {
  readonly title: string
  read(row: Row): number | null
}

function columns({ convention, executed }: CostDocument, masked: boolean): Column[] {
  const dense: Column[] = [
    { title: 'parameters', read: (row) => row.parameters },
    { title: convention.column, read: (row) => row.counted },
  ]
  const effective: Column[] = [
    { title: 'effective parameters', read: (row) => row.effectiveParameters },
    { title: `effective ${convention.column}`, read: (row) => row.effectiveCounted },
  ]
  const run: Column = { title: 'executed MACs', read: (row) => row.executedMacs ?? null }
  return [...dense, ...(masked ? effective : []), ...(executed === undefined ? [] : [run])]
}

function markdownRow({ depth, label, numbers }: FlatRow, columns: readonly Column[]): string {
  const cells = columns.map((column) => {
    const value = column.read(numbers)
    return value === null ? 'unknown' : withSeparators(value)
  })
  return `| ${'&nbsp;&nbsp;'.repeat(depth)}${escaped(label)} | ${cells.join(' | ')} |`
}

export function escaped(text: string): string {
  return text.replaceAll(/[\\|*_<`]/g, (character) => `\\${character}`)
}
