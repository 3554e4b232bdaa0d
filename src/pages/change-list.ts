// What a comparison tells, as a list: each change with the places where it is.
import { counted, signWords, type Item, type Phrase } from '../compiler/analysis/diff/phrases.ts'
import { markup, type Markup, type Piece } from './markup.ts'
import { disclosure } from './parts.ts'

export function changeList(items: readonly Item[]): Markup {
  return markup`<ul>
${items.map((one) => markup`<li>${signWords[one.sign]}: ${phrase(one.text)}${places(one.details)}</li>\n`)}</ul>
`
}

/** So many places stand open; more are for who wants to know. */
const placesShown = 6

function places(details: readonly Phrase[]): Piece {
  if (details.length === 0) return null
  const list = markup`<ul>${details.map((one) => markup`<li>${phrase(one)}</li>`)}</ul>`
  return details.length <= placesShown ? list : disclosure(counted(details.length, 'place'), list)
}

function phrase(parts: Phrase): Piece {
  return parts.map((one) => (typeof one === 'string' ? one : markup`<code>${one.code}</code>`))
}
