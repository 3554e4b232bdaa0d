// What pages are put together from: figures, legends, tables, key numbers.
import { markup } from './markup.ts'
import type { Markup, Piece } from './markup.ts'

export interface LegendEntry {
  readonly name: string
  /** CSS colour. */
  readonly colour: string
  readonly dash?: readonly number[]
  readonly shape: 'line' | 'faint' | 'area' | 'mark'
}

/** Names of a chart's series with what they look like. */
export function legend(entries: readonly LegendEntry[]): Markup {
  return markup`<ul class="legend">${entries.map((one) => markup`<li>${swatch(one)}${one.name}</li>`)}</ul>`
}

function swatch(entry: LegendEntry): Markup {
  return markup`<svg class="swatch" viewBox="0 0 22 12" aria-hidden="true">${shape(entry)}</svg>`
}

function shape({ colour, dash, shape }: LegendEntry): Markup {
  switch (shape) {
    case 'area':
      if (dash === undefined || dash.length === 0)
        return markup`<rect x="4" y="0" width="12" height="12" rx="2" fill="${colour}" fill-opacity="0.85"/>`
      return markup`<rect x="1" y="1" width="16" height="10" fill="${colour}" fill-opacity="0.42" stroke="${colour}" stroke-width="2" stroke-dasharray="${dashes(dash)}"/>`
    case 'mark':
      return markup`<path d="M11 0V12" fill="none" stroke="${colour}" stroke-width="1.5" stroke-dasharray="${dashes(dash)}"/>`
    case 'line':
    case 'faint':
      return markup`<path d="M0 6H22" fill="none" stroke="${colour}" stroke-width="${shape === 'line' ? 2.5 : 5}" stroke-opacity="${shape === 'line' ? 1 : 0.35}" stroke-dasharray="${dashes(dash)}"/>`
  }
}

function dashes(dash: readonly number[] | undefined): string {
  return dash === undefined || dash.length === 0 ? 'none' : dash.join(' ')
}

export interface Figure {
  readonly id: string
  readonly title: string
  /** One or two sentences that say what the picture says. */
  readonly summary: Piece
  readonly legend?: readonly LegendEntry[]
  readonly picture: Piece
  readonly wide?: boolean
}

/** A chart with its heading, what it says, and its legend. */
export function figure(one: Figure): Markup {
  return markup`<figure id="${one.id}" class="card${one.wide ? ' wide' : ''}" aria-labelledby="${one.id}-title">
<figcaption><h3 id="${one.id}-title">${one.title}</h3>
<p>${one.summary}</p></figcaption>
${one.legend === undefined ? null : legend(one.legend)}
${one.picture}
</figure>
`
}

export interface Table {
  readonly caption: string
  readonly head: readonly string[]
  /** The first cell of each row names the row. */
  readonly rows: readonly (readonly Piece[])[]
  /** Indices of rows to stand out. */
  readonly marked?: ReadonlySet<number>
}

/** A table that scrolls by itself where it is too wide. */
export function table(one: Table): Markup {
  const rows = one.rows.map(
    (cells, k) => markup`<tr${one.marked?.has(k) ? markup` class="marked"` : null}>${cells.map(cell)}</tr>\n`,
  )
  return markup`<div class="scroll" role="region" aria-label="${one.caption}" tabindex="0"><table>
<caption>${one.caption}</caption>
<thead><tr>${one.head.map(headCell)}</tr></thead>
<tbody>
${rows}</tbody>
</table></div>
`
}

/** What is empty heads nothing. */
function headCell(name: string): Markup {
  return name === '' ? markup`<td></td>` : markup`<th scope="col">${name}</th>`
}

function cell(content: Piece, column: number): Markup {
  return column === 0 && content !== ''
    ? markup`<th scope="row">${content}</th>`
    : markup`<td>${content}</td>`
}

/** Something to open where one wants to know more. */
export function disclosure(summary: Piece, content: Piece, state: 'open' | 'closed' = 'closed'): Markup {
  return markup`<details${state === 'open' ? markup` open` : null}><summary>${summary}</summary>
${content}</details>
`
}

/** Text of people, with the code that its backticks mark. */
export function prose(text: string): Piece {
  return text.split(/`([^`]+)`/).map((part, at) => (at % 2 === 0 ? part : markup`<code>${part}</code>`))
}

export interface KeyNumber {
  readonly name: string
  readonly value: Piece
  readonly note?: Piece
}

export function keyNumbers(numbers: readonly KeyNumber[]): Markup {
  return markup`<dl class="numbers">${numbers.map(
    (one) => markup`<div><dt>${one.name}</dt><dd><span class="value">${one.value}</span>${
      one.note === undefined ? null : markup`<span class="note">${one.note}</span>`
    }</dd></div>
`,
  )}</dl>
`
}

/** Names and what they stand for. */
export function descriptions(entries: readonly (readonly [name: string, value: Piece])[]): Markup {
  return markup`<dl class="descriptions">${entries.map(
    ([name, value]) => markup`<div><dt>${name}</dt><dd>${value}</dd></div>\n`,
  )}</dl>
`
}
