// The page of a sweep: one self-contained HTML text from the same document as every other format.
import {
  argumentCells,
  argumentHead,
  factsOf,
  failures,
  measuredNotes,
  metricCells,
  metricHead,
  originMarks,
  pointsText,
  titleOf,
} from '../../backends/report/sweep/figures.ts'
import type { SweepDocument, SweepRow } from '../../backends/report/sweep/model.ts'
import { renderDocument, type Section } from '../document.ts'
import { markup, type Markup, type Piece } from '../markup.ts'
import { counted } from '../numbers.ts'
import { descriptions, disclosure, keyNumbers, prose, table } from '../parts.ts'
import { bestNumbers } from './bests.ts'
import { curves } from './curves.ts'
import { scatter, type Axes } from './scatter.ts'

export interface SweepPageOptions {
  /** What made the page. */
  readonly provenance: string
}

/** Long words of messages may break; the star of the front keeps its place. */
const style = `
.star { display: inline-block; width: 1.4em; color: var(--accent); }
.origin { display: inline-block; min-width: 0.8em; color: var(--muted); }
.told { color: var(--halt); }
.grown .scroll { max-height: none; }
.points { margin: 0.2rem 0 0.8rem; padding-left: 1.2rem; columns: 16rem; font-size: 0.9rem; }
`

/** One HTML text that needs nothing beside it and runs no script; the same bytes each time. */
export function renderSweepPage(document: SweepDocument, { provenance }: SweepPageOptions): string {
  const swept = document.axes.map(({ name }) => name)
  const title = titleOf(document)
  const over = swept.length === 0 ? '' : ` over ${swept.join(', ')}`
  const along = curves(document)
  const plots = tradeOffs(document)
  const problems = failures(document)
  const sections: readonly Section[] = [
    { id: 'overview', title: 'Overview', content: overview(document) },
    ...(plots === undefined ? [] : [{ id: 'trade-offs', title: 'Trade-offs', content: plots }]),
    ...(along === undefined
      ? []
      : [{ id: 'curves', title: `Over ${along.axis.name}`, content: along.content }]),
    { id: 'points', title: 'Points', content: points(document) },
    ...(problems.length === 0 ? [] : [{ id: 'problems', title: 'Problems', content: problemList(problems) }]),
  ]
  return renderDocument({
    title: `${title}${over}: sweep`,
    header: markup`<header>
<p class="kicker">Sweep of ${document.file}</p>
<div class="title"><h1>${title}${over}</h1></div>
<p class="lead">Points: ${pointsText(document)}.</p>
</header>
`,
    sections,
    footer: provenance,
    style,
  })
}

// ---------------------------------------------------------------- overview

/** Sentences, which need the width of the page. */
const long: ReadonlySet<string> = new Set(['front', 'score', 'results'])

function overview(document: SweepDocument): Piece {
  const notes = measuredNotes(document)
  const facts = factsOf(document)
  return [
    keyNumbers(bestNumbers(document)),
    descriptions(facts.filter((one) => !long.has(one.name)).map(({ name, value }) => [name, value] as const)),
    facts
      .filter(({ name }) => long.has(name))
      .map(({ name, value }) => markup`<p><b>${name}</b> ${prose(ended(value))}</p>\n`),
    disclosure(
      'What is counted',
      descriptions(document.metrics.map(({ title, rule }) => [title, rule] as const)),
    ),
    notes.length === 0 ? null : markup`<ul>${notes.map((note) => markup`<li>${note}</li>\n`)}</ul>\n`,
  ]
}

/** What people write may end as a sentence already. */
const ended = (text: string): string => (/[.!?…:]$/.test(text) ? text : `${text}.`)

// ---------------------------------------------------------------- plots

const plotsShown = 4

function tradeOffs(document: SweepDocument): Markup | undefined {
  const pairs = plotted(document).slice(0, plotsShown)
  if (pairs.length === 0 || document.rows.every(({ status }) => status === 'failed')) return undefined
  const size = pairs.length === 1 ? 'whole' : 'half'
  const { length } = document.front.metrics
  const all = length > 2 ? ` of all ${length} metrics` : ''
  const explained =
    document.front.rows.length === 0
      ? null
      : markup`<p>Filled points are on the front${all}; points on a line carry their arguments where there is room.</p>
`
  return markup`${explained}<div class="charts">${pairs.map((axes, k) => scatter(document, axes, `plot-${k}`, size))}</div>
`
}

/** The two that the front is of; else each cost with the accuracy, or, without one, the first metric with each other. */
function plotted({ metrics, front }: SweepDocument): readonly Axes[] {
  const chosen = front.metrics.flatMap((name) => metrics.filter((one) => one.name === name))
  const [first, second, ...others] = chosen
  if (first === undefined || second === undefined) return []
  if (others.length === 0) return [{ x: first, y: second }]
  const accuracy = chosen.find(({ unit, objective }) => unit === 'result' && objective === 'maximise')
  if (accuracy === undefined) return [second, ...others].map((y) => ({ x: first, y }))
  return chosen.filter(({ unit }) => unit !== 'result').map((x) => ({ x, y: accuracy }))
}

// ---------------------------------------------------------------- points

/** A page stays a page: beyond this, only what is on the front. */
const rowsShown = 2000

/** Up to here the table is as long as it is; a longer one scrolls, and begins with the front. */
const rowsGrown = 200

function points(document: SweepDocument): Piece {
  const all = document.rows
  const isLong = all.length > rowsGrown
  const front = all.filter((row) => row.front)
  const others = all.length > rowsShown ? [] : all.filter((row) => !row.front)
  const rows = isLong ? [...front, ...others] : all
  const left = all.length - rows.length
  const allMarks = originMarks(document)
  const marks = new Map(all.map((row, at) => [row, allMarks[at] ?? []]))
  const cellsOf = metricCells(document, 'exact')
  const [first = 'network', ...more] = argumentHead(document)
  const shown = table({
    caption: [
      isLong ? '★ on the front, which stands first' : '★ on the front',
      ...(left === 0 ? [] : [`${counted(left, 'other point')} are in the CSV and JSON formats`]),
    ].join('; '),
    head: [first, ...more, ...metricHead(document, 'exact')],
    rows: rows.map((row) => cells(document, row, { numbers: cellsOf(row), marks: marks.get(row) ?? [] })),
    marked: new Set(rows.flatMap((row, at) => (row.front ? [at] : []))),
  })
  return isLong ? shown : markup`<div class="grown">${shown}</div>`
}

interface Figures {
  readonly numbers: readonly string[]
  /** The letters of `originMarks`. */
  readonly marks: readonly string[]
}

function cells(document: SweepDocument, row: SweepRow, { numbers, marks }: Figures): readonly Piece[] {
  const [first = row.network, ...others] = argumentCells(document, row)
  const star = markup`<span class="star">${row.front ? '★' : ''}</span>`
  const told = row.findings.map(({ code }) => code).join(' ')
  const figures: readonly Piece[] =
    row.status === 'failed'
      ? [markup`<span class="told">${told}</span>`, ...Array.from({ length: numbers.length - 1 }, () => '')]
      : numbers.map((cell, column) => {
          const letter = marks[column] ?? ''
          return letter === '' ? cell : markup`${cell} <span class="origin">${letter}</span>`
        })
  const over = row.status === 'over-budget' ? markup` <span class="told">${told}</span>` : null
  return [[star, first, over], ...others, ...figures]
}

function problemList(problems: ReturnType<typeof failures>): Piece {
  return problems.map(
    ({ text, points: at }) => markup`<div><p><span class="told">${text}</span></p>
<ul class="points">${at.map((one) => markup`<li>${one}</li>`)}</ul></div>
`,
  )
}
