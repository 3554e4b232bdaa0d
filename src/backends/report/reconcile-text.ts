// The reconciliation for people: totals under every convention, then what separates each from `mac`. Terminal, Markdown, CSV.
import { humanCount, largest, withSeparators } from '../../compiler/text/numbers.ts'
import { plainStyle, type Style } from '../../compiler/text/style.ts'
import { csvText } from './csv.ts'
import { factsOf, titleOf } from './facts.ts'
import { escaped } from './markdown.ts'
import type { CostDocument } from './model.ts'
import type { DensityData, DifferenceRow, ReconciledRow, SideData } from './reconciliation.ts'
import { hasMasks } from './rows.ts'
import type { Section } from './section.ts'
import { align, wrap } from './text-layout.ts'

/** One column of totals. */
interface Column {
  readonly title: string
  readonly mode: 'training' | 'inference'
  readonly counting: keyof DensityData
}

const modes = ['training', 'inference'] as const

/** Effective counts only where masks take something away. */
function columnsOf(document: CostDocument): Column[] {
  const masked = hasMasks(document)
  return modes.flatMap((mode) => [
    { title: mode, mode, counting: 'dense' as const },
    ...(masked ? [{ title: `${mode}, effective`, mode, counting: 'effective' as const }] : []),
  ])
}

function totalOf(row: ReconciledRow, { mode, counting }: Column): number | undefined {
  return row[mode]?.[counting].total
}

type Show = (value: number) => string

function cellsOf(rows: readonly ReconciledRow[], columns: readonly Column[], show: Show): string[][] {
  return rows.map((row) => [
    row.convention.name,
    ...columns.map((column) => {
      const total = totalOf(row, column)
      return total === undefined ? 'unknown' : show(total)
    }),
  ])
}

/** The side that a convention is explained on: with masks where there are any and it sees them. */
function explained(document: CostDocument, row: ReconciledRow): { side: SideData | undefined; what: string } {
  const effective = hasMasks(document) && row.convention.sparsity === 'counted'
  const side = row.training?.[effective ? 'effective' : 'dense']
  return { side, what: effective ? 'training, effective' : 'training' }
}

function sentence({ factor, elements, text }: DifferenceRow): string {
  return Math.abs(factor) === 1 ? text : `${Math.abs(factor)} × ${withSeparators(elements)} ${text}`
}

function freeText({ free }: ReconciledRow): string {
  return free.map(({ operator, count }) => `${operator} (${count})`).join(', ')
}

// ---------------------------------------------------------------- terminal

export function reconciliationTable(
  document: CostDocument,
  rows: readonly ReconciledRow[],
  { width, style = plainStyle }: { readonly width: number; readonly style?: Style },
): string {
  const facts = factsOf(document)
  const label = largest(facts.map(({ name }) => name.length)) + 2
  const lines = [
    ...wrap(titleOf(document), width).map(style.bold),
    ...facts.flatMap(({ name, value }) =>
      wrap(value, width - label).map((line, at) => style.dim((at === 0 ? name : '').padEnd(label)) + line),
    ),
    '',
    ...totals(document, rows, width, style),
    ...rows.flatMap((row) => ['', ...block(document, row, width, style)]),
  ]
  return `${lines.map((line) => line.trimEnd()).join('\n')}\n`
}

function totals(
  document: CostDocument,
  rows: readonly ReconciledRow[],
  width: number,
  style: Style,
): string[] {
  const columns = columnsOf(document)
  const trained = columns.filter(({ mode }) => mode === 'training')
  const choices = [
    { columns, show: withSeparators },
    { columns, show: humanCount },
    { columns: trained, show: humanCount },
  ].map((choice) => ({
    ...choice,
    lines: align([
      ['convention', ...choice.columns.map(({ title }) => title)],
      ...cellsOf(rows, choice.columns, choice.show),
    ]),
  }))
  const fits = ({ lines }: { readonly lines: readonly string[] }): boolean => (lines[0] ?? '').length <= width
  const fitting = choices.find(fits) ?? choices.at(-1)
  const [header = '', ...body] = fitting?.lines ?? []
  const notes = [
    'for a batch of 1; training: every output, inference: without the auxiliary ones',
    ...(hasMasks(document) ? [maskNote] : []),
    ...(fitting?.columns === trained ? ['inference is not shown: it needs a wider terminal'] : []),
  ]
  return [style.dim(header), ...body, ...notes.flatMap((note) => wrap(note, width)).map(style.dim)]
}

const maskNote = 'where a convention ignores masks, its effective count is the dense one'

function block(document: CostDocument, row: ReconciledRow, width: number, style: Style): string[] {
  const { side, what } = explained(document, row)
  const { name, tool, note } = row.convention
  const free = freeText(row)
  const remarks = [
    ...(note === null ? [] : [note]),
    ...(free === '' ? [] : [`counts 0 for ${free}`]),
  ].flatMap((text) => wrap(text, width - indent.length))
  return [
    style.bold(name),
    ...wrap(tool, width - indent.length).map((line) => indent + line),
    ...(side === undefined ? [] : sum(side, what, { width, isBase: name === 'mac' })),
    ...remarks.map((line) => indent + style.dim(line)),
  ]
}

const indent = '  '

/** `mac` and what is added to it or taken from it, as a sum that can be checked by hand. */
function sum(
  { total, differences }: SideData,
  what: string,
  { width, isBase }: { readonly width: number; readonly isBase: boolean },
): string[] {
  const base = total - differences.reduce((all, { amount }) => all + amount, 0)
  const added = [
    { sign: ' ', amount: base, text: 'mac' },
    ...differences.map((one) => ({
      sign: one.amount < 0 ? '-' : '+',
      amount: Math.abs(one.amount),
      text: sentence(one),
    })),
  ]
  const summands = isBase ? [] : added
  const lines = [...summands, { sign: isBase ? ' ' : '=', amount: total, text: what }]
  const room = largest(lines.map(({ amount }) => withSeparators(amount).length))
  return lines.flatMap(({ sign, amount, text }) => {
    const lead = `${indent}${sign} ${withSeparators(amount).padStart(room)}  `
    return wrap(text, width - lead.length).map(
      (line, at) => (at === 0 ? lead : ' '.repeat(lead.length)) + line,
    )
  })
}

// ---------------------------------------------------------------- Markdown, CSV

/** Totals of every convention, then what each has beyond `mac`: for longer reports. */
export function reconciliationSections(document: CostDocument, rows: readonly ReconciledRow[]): Section[] {
  const columns = columnsOf(document)
  const cells = cellsOf(rows, columns, withSeparators)
  return [
    {
      title: 'totals under every convention',
      header: ['convention', ...columns.map(({ title }) => title), 'tool'],
      rows: rows.map((row, at) => [...(cells[at] ?? []), row.convention.tool]),
      words: 'last',
      notes: [
        'for a batch of 1; training: every output, inference: without the auxiliary ones',
        ...(hasMasks(document) ? [maskNote] : []),
      ],
    },
    {
      title: 'what separates them from mac',
      header: ['convention', 'beyond mac', 'term', 'counts 0 for'],
      rows: rows.flatMap((row) => differenceCells(document, row)),
      words: 'last-two',
      notes: [],
    },
  ]
}

export function reconciliationMarkdown(document: CostDocument, rows: readonly ReconciledRow[]): string {
  const columns = columnsOf(document)
  const cells = cellsOf(rows, columns, withSeparators)
  const tableRow = (texts: readonly string[]): string => `| ${texts.join(' | ')} |`
  return [
    `## ${escaped(titleOf(document))}`,
    '',
    ...factsOf(document).map(({ name, value }) => `- ${name}: ${escaped(value)}`),
    ...(hasMasks(document) ? [`- ${maskNote}`] : []),
    '',
    tableRow(['convention', ...columns.map(({ title }) => title), 'tool']),
    `| :-- |${' --: |'.repeat(columns.length)} :-- |`,
    ...rows.map((row, at) =>
      tableRow([...(cells[at] ?? []), escaped(row.convention.tool)].map((cell) => cell)),
    ),
    '',
    '| convention | beyond mac | term | counts 0 for |',
    '| :-- | --: | :-- | :-- |',
    ...rows.flatMap((row) => differenceCells(document, row).map((cells) => tableRow(cells.map(escaped)))),
    '',
  ].join('\n')
}

function differenceCells(document: CostDocument, row: ReconciledRow): string[][] {
  const { side, what } = explained(document, row)
  const free = freeText(row)
  if (side === undefined) return []
  const { name } = row.convention
  if (side.differences.length === 0) return [[name, '0', 'nothing', free]]
  return side.differences.map((one, at) => [
    at === 0 ? `${name} (${what})` : '',
    withSeparators(one.amount),
    sentence(one),
    at === 0 ? free : '',
  ])
}

/** A row for each total and each difference, dense and effective. */
export function reconciliationCsv(rows: readonly ReconciledRow[]): string {
  const header = ['convention', 'mode', 'counting', 'term', 'factor', 'elements', 'amount', 'tool']
  const body = rows.flatMap((row) =>
    modes.flatMap((mode) =>
      (['dense', 'effective'] as const).flatMap((counting) => {
        const side = row[mode]?.[counting]
        const start = [row.convention.name, mode, counting]
        const total = [...start, 'total', '', '', side?.total ?? '', row.convention.tool]
        const differences = (side?.differences ?? []).map(({ term, factor, elements, amount }) => [
          ...start,
          term,
          factor,
          elements,
          amount,
          '',
        ])
        return [total, ...differences]
      }),
    ),
  )
  return csvText([header, ...body])
}
