// A section of the report's model as a table with its notes.
import type { Section } from '../../backends/report/section.ts'
import { markup, type Markup, type Piece } from '../markup.ts'
import { prose, table } from '../parts.ts'

export function sectionTable(section: Section): Markup {
  const { title, header, rows, notes, words } = section
  const shown = table({ caption: title, head: header, rows })
  return markup`${rows.length === 0 ? null : words === undefined ? shown : markup`<div class="words-${words}">${shown}</div>`}${noteList(notes)}`
}

export function noteList(notes: readonly Piece[]): Piece {
  if (notes.length === 0) return null
  return markup`<ul class="notes">${notes.map((one) => markup`<li>${typeof one === 'string' ? prose(one) : one}</li>`)}</ul>
`
}
