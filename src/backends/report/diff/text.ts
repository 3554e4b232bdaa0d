// A comparison for a terminal: what changed, then costs, then the checkpoint.
import type { DiffDocument } from '../../../compiler/analysis/diff/document.ts'
import { moduleFigures, totalFigures } from '../../../compiler/analysis/diff/figures.ts'
import { outlineOf } from '../../../compiler/analysis/diff/outline.ts'
import {
  counted,
  heldNote,
  type Chapter,
  type Item,
  type Sign,
  phraseText,
} from '../../../compiler/analysis/diff/phrases.ts'
import { recipeChapters } from '../../../compiler/analysis/diff/recipe-outline.ts'
import { verdictOf } from '../../../compiler/analysis/diff/verdict.ts'
import { largest } from '../../../compiler/text/numbers.ts'
import { plainStyle, type Style } from '../../../compiler/text/style.ts'
import { align, shortenMiddle, wrap } from '../text-layout.ts'

export interface DiffTextOptions {
  /** Levels of the module tree. */
  readonly depth: number
  readonly width: number
  readonly style?: Style
}

export function renderDiffText(document: DiffDocument, options: DiffTextOptions): string {
  const { width, style = plainStyle } = options
  const blocksOf = (chapters: readonly Chapter[]): string[][] =>
    chapters.map(({ title, items }) => [
      style.bold(title),
      ...items.flatMap((one) => itemLines(one, width, style)),
    ])
  const architecture = blocksOf(outlineOf(document.architecture))
  const blocks =
    architecture.length === 0
      ? [[style.green('no difference in the architecture, its arguments or its budgets')]]
      : [...architecture, ...costBlocks(document, options, style)]
  const recipes = blocksOf(recipeChapters(document.recipes))
  const all = [heading(document, width), ...blocks, checkpoint(document, width, style), ...recipes]
  const lines = all.flatMap((block, at) => (at === 0 ? block : ['', ...block]))
  return `${lines.map((line) => line.trimEnd()).join('\n')}\n`
}

function heading({ a, b }: DiffDocument, width: number): string[] {
  const line = (sign: string, { network, name }: DiffDocument['a']): string[] =>
    hanging(`${sign} ${network}  ${name}`, width, 2)
  return [...line('A', a), ...line('B', b)]
}

const painted = (style: Style): Readonly<Record<Sign, (text: string) => string>> => ({
  '+': style.green,
  '-': style.red,
  '~': style.bold,
  '>': style.dim,
})

function itemLines({ sign, text, details }: Item, width: number, style: Style): string[] {
  const [first = '', ...rest] = hanging(phraseText(text), width - 4, 2)
  return [
    `  ${painted(style)[sign](sign)} ${first}`,
    ...rest.map((line) => `    ${line}`),
    ...details.flatMap((one) =>
      hanging(phraseText(one), width - 6, 2).map((line) => style.dim(`      ${line}`)),
    ),
  ]
}

/** Wrapped, with what follows the first line moved to the right. */
function hanging(text: string, width: number, indent: number): string[] {
  const [first = '', ...rest] = wrap(text, width)
  const further = rest.length === 0 ? [] : wrap(rest.join(' '), width - indent)
  return [first, ...further.map((line) => ' '.repeat(indent) + line)]
}

// ---------------------------------------------------------------- costs

function costBlocks(document: DiffDocument, { depth, width }: DiffTextOptions, style: Style): string[][] {
  const { head, rows } = totalFigures(document)
  const [header = '', ...totals] = align([head, ...rows])
  return [[style.bold('cost'), style.dim(header), ...totals], modules(document, depth, width, style)]
}

function modules(document: DiffDocument, depth: number, width: number, style: Style): string[] {
  const { head, rows, equal, deeper } = moduleFigures(document, depth)
  const [first = '', ...titles] = head
  const cells = align([titles, ...rows.map((row) => row.cells)], 'right')
  const room = Math.max(16, width - 2 - (cells[0]?.length ?? 0))
  const labels = [first, ...rows.map((row) => shortenMiddle('  '.repeat(row.depth) + row.label, room))]
  const wide = largest(labels.map((one) => [...one].length)) + 2
  const [header = '', ...lines] = labels.map((label, at) => label.padEnd(wide) + (cells[at] ?? ''))
  const notes = [
    ...(rows.length === 0 ? [] : wrap(heldNote, width)),
    ...(equal === 0 ? [] : [`not shown: ${counted(equal, 'module')} with equal costs`]),
    ...(deeper ? [`--depth ${depth + 1} shows one level more`] : []),
  ]
  const table = rows.length === 0 ? ['every module costs the same'] : [style.dim(header), ...lines]
  return [...table, ...notes.map(style.dim)]
}

// ---------------------------------------------------------------- checkpoint

function checkpoint(document: DiffDocument, width: number, style: Style): string[] {
  const { sentence, items, renames } = verdictOf(document.checkpoint)
  const rules = renames.flatMap(({ from, to }) => hanging(`${from} → ${to}`, width - 6, 2))
  const noted = renames.length === 0 ? [] : ['  rename rules', ...rules.map((line) => `      ${line}`)]
  return [
    style.bold('checkpoint'),
    ...wrap(sentence, width - 2).map((line) => `  ${line}`),
    ...items.flatMap((one) => itemLines(one, width, style)),
    ...noted.map(style.dim),
    ...(document.checkpoint.map === null ? [] : [style.dim('  --map FILE writes the whole map')]),
  ]
}
