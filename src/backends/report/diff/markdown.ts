// A comparison as Markdown that a pull request shows well: the totals open, what is long folded.
import type { DiffDocument } from '../../../compiler/analysis/diff/document.ts'
import { moduleFigures, totalFigures, type Figures } from '../../../compiler/analysis/diff/figures.ts'
import { outlineOf } from '../../../compiler/analysis/diff/outline.ts'
import {
  counted,
  heldNote,
  signWords,
  type Chapter,
  type Item,
  type Phrase,
} from '../../../compiler/analysis/diff/phrases.ts'
import { recipeChapters } from '../../../compiler/analysis/diff/recipe-outline.ts'
import { verdictOf } from '../../../compiler/analysis/diff/verdict.ts'
import { escaped } from '../markdown.ts'
import { foldedMarkdown as folded } from '../section.ts'

export function renderDiffMarkdown(document: DiffDocument, depth: number): string {
  const { a, b } = document
  const { sentence, items, renames } = verdictOf(document.checkpoint)
  const chapters = outlineOf(document.architecture)
  const blocks = [
    [`### ${escapedLine(a.network)} → ${escapedLine(b.network)}`],
    [`- A: ${codeSpan(a.name)}`, `- B: ${codeSpan(b.name)}`],
    ...(chapters.length === 0
      ? [['No difference in the architecture, its arguments or its budgets.']]
      : [table(totalFigures(document)), ...chapters.flatMap(chapterBlocks), moduleBlock(document, depth)]),
    ['**checkpoint**'],
    [escapedLine(sentence)],
    items.flatMap(itemLines),
    renames.length === 0 ? [] : folded(counted(renames.length, 'rename rule'), ruleLines(renames)),
    ...recipeChapters(document.recipes).flatMap(chapterBlocks),
  ]
  return `${blocks
    .filter((one) => one.length > 0)
    .map((one) => one.join('\n'))
    .join('\n\n')}\n`
}

function chapterBlocks({ title, items }: Chapter): string[][] {
  return [[`**${escapedLine(title)}**`], items.flatMap(itemLines)]
}

function ruleLines(rules: readonly { readonly from: string; readonly to: string }[]): string[] {
  return rules.map(({ from, to }) => `- ${codeSpan(from)} → ${codeSpan(to)}`)
}

/** A list item, with as many of its places as a reader takes in. */
const detailsShown = 8

function itemLines({ sign, text, details }: Item): string[] {
  const shown = details.slice(0, detailsShown).map((one) => `  - ${marked(one)}`)
  const more = details.length > detailsShown ? [`  - and ${details.length - detailsShown} more`] : []
  return [`- ${signWords[sign]}: ${marked(text)}`, ...shown, ...more]
}

function marked(phrase: Phrase): string {
  return phrase
    .map((one) => (typeof one === 'string' ? escapedLine(one.replaceAll('  ', ' ')) : codeSpan(one.code)))
    .join('')
    .trim()
}

/** A code span whatever is in it: fenced by more backticks than it holds in a row. */
export function codeSpan(text: string): string {
  const line = text.replaceAll(/\s/g, ' ')
  const longest = Math.max(0, ...[...line.matchAll(/`+/g)].map(([run]) => run.length))
  const fence = '`'.repeat(longest + 1)
  const gap = /^`|`$/.test(line) || line === '' ? ' ' : ''
  return fence + gap + line + gap + fence
}

function escapedLine(text: string): string {
  return escaped(text.replaceAll(/[\r\n]/g, ' '))
}

/** In a table, a pipe ends the cell even inside code. */
function cellSpan(text: string): string {
  return codeSpan(text).replaceAll('|', String.raw`\|`)
}

function table({ head, rows }: Figures): string[] {
  const line = (cells: readonly string[]): string => `| ${cells.map(escapedLine).join(' | ')} |`
  return [line(head), `| :-- |${' --: |'.repeat(head.length - 1)}`, ...rows.map(line)]
}

function moduleBlock(document: DiffDocument, depth: number): string[] {
  const { head, rows, equal } = moduleFigures(document, depth)
  if (rows.length === 0) return ['Every module costs the same.']
  const lines = rows.map((row) => {
    const indent = '&nbsp;&nbsp;'.repeat(row.depth)
    return `| ${indent}${cellSpan(row.label)} | ${row.cells.map(escapedLine).join(' | ')} |`
  })
  const unchanged = equal === 0 ? '' : `; ${equal} cost the same`
  return folded(`${counted(rows.length, 'module')} by cost${unchanged}`, [
    `| ${head.join(' | ')} |`,
    `| :-- |${' --: |'.repeat(head.length - 1)}`,
    ...lines,
    '',
    `${heldNote}.`,
  ])
}
