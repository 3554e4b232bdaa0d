// The page of a comparison: one self-contained HTML text from the same document as every other format.
import type { DiffDocument, SideData } from '../../compiler/analysis/diff/document.ts'
import { moduleFigures, totalFigures } from '../../compiler/analysis/diff/figures.ts'
import { outlineOf } from '../../compiler/analysis/diff/outline.ts'
import {
  changeText,
  counted,
  heldNote,
  rounded,
  type Chapter,
  type Unit,
} from '../../compiler/analysis/diff/phrases.ts'
import { allChapters, recipeChapters } from '../../compiler/analysis/diff/recipe-outline.ts'
import { verdictOf } from '../../compiler/analysis/diff/verdict.ts'
import { changeList } from '../change-list.ts'
import { renderDocument, type Section } from '../document.ts'
import { markup, type Markup, type Piece } from '../markup.ts'
import { descriptions, disclosure, keyNumbers, table, type KeyNumber } from '../parts.ts'

export interface DiffPageOptions {
  /** Levels of the module tree. */
  readonly depth: number
  /** What made the page. */
  readonly provenance: string
}

export function renderDiffPage(document: DiffDocument, { depth, provenance }: DiffPageOptions): string {
  const { a, b, same, recipes } = document
  const chapters = outlineOf(document.architecture)
  const isBuiltAlike = chapters.length === 0
  const sections: readonly Section[] = [
    { id: 'overview', title: 'Overview', content: overview(document) },
    ...(isBuiltAlike ? [] : [{ id: 'architecture', title: 'Architecture', content: cards(chapters) }]),
    ...(isBuiltAlike ? [] : [{ id: 'cost', title: 'Cost', content: costs(document, depth) }]),
    { id: 'checkpoint', title: 'Checkpoint', content: checkpoint(document) },
    ...(recipes.length === 0
      ? []
      : [{ id: 'training', title: 'Training', content: cards(recipeChapters(recipes)) }]),
  ]
  return renderDocument({
    title: `${a.network} → ${b.network}: comparison`,
    header: markup`<header>
<p class="kicker">Comparison of two networks</p>
<div class="title"><h1>${a.network} → ${b.network}</h1></div>
<p class="lead">${same ? 'No difference in the architecture, its arguments or its budgets.' : leadOf(document)}</p>
</header>
`,
    sections,
    footer: provenance,
  })
}

function leadOf(document: DiffDocument): string {
  const parts = allChapters(document).map((one) => `${one.title} (${one.items.length})`)
  return `Differences in ${parts.join(', ')}.`
}

function overview(document: DiffDocument): Piece {
  const { training, inference } = document.cost
  const number = (name: string, before: number | null, after: number | null, unit: Unit): KeyNumber => ({
    name,
    value: after === null ? 'unknown' : rounded(after, unit),
    note: changeText(before, after, unit),
  })
  return [
    descriptions([
      ['A', sideText(document.a)],
      ['B', sideText(document.b)],
    ]),
    keyNumbers([
      number(
        'Parameters of B, effective',
        training.before.effectiveParameters,
        training.after.effectiveParameters,
        'count',
      ),
      number(
        'MACs of B, inference, effective',
        inference.before.effectiveMacs,
        inference.after.effectiveMacs,
        'count',
      ),
      number('Training peak of B', training.before.peakBytes, training.after.peakBytes, 'bytes'),
    ]),
  ]
}

function sideText({ name, arguments: given }: SideData): Markup {
  const values = Object.entries(given).map(([key, value]) => `${key} = ${value}`)
  return markup`<code>${name}</code>${
    values.length === 0
      ? null
      : disclosure(
          counted(values.length, 'argument'),
          markup`<ul>${values.map((one) => markup`<li><code>${one}</code></li>`)}</ul>`,
        )
  }`
}

function cards(chapters: readonly Chapter[]): Piece {
  const all = chapters.map(
    ({ title, items }) => markup`<div class="card wide"><h3>${title}</h3>
${changeList(items)}</div>
`,
  )
  return markup`<div class="charts">
${all}</div>
`
}

function costs(document: DiffDocument, depth: number): Piece {
  const totals = totalFigures(document)
  const { head, rows, equal } = moduleFigures(document, depth)
  const indent = (level: number): string => '\u2003'.repeat(level)
  return [
    table({ caption: 'Totals, for a batch of one', head: totals.head, rows: totals.rows }),
    rows.length === 0
      ? markup`<p>Every module costs the same.</p>`
      : table({
          caption: `Modules whose costs differ, to ${counted(depth, 'level')}${equal === 0 ? '' : `; ${equal} more cost the same`}`,
          head,
          rows: rows.map((row) => [markup`${indent(row.depth)}<code>${row.label}</code>`, ...row.cells]),
        }),
    markup`<p>${heldNote}.</p>
`,
  ]
}

function checkpoint(document: DiffDocument): Piece {
  const { sentence, items, renames } = verdictOf(document.checkpoint)
  return [
    markup`<p>${sentence}</p>
`,
    items.length === 0 ? null : changeList(items),
    renames.length === 0
      ? null
      : table({
          caption: 'Rename rules',
          head: ['name in a checkpoint of A', 'path in B'],
          rows: renames.map(({ from, to }) => [markup`<code>${from}</code>`, markup`<code>${to}</code>`]),
        }),
  ]
}
