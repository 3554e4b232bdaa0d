// How many columns a text takes in a terminal, for yargs, which lays out help by it. The package of this name compiles patterns of all
// emoji when it is loaded, which takes longer than reading a spec; the help of a command has none.
import { stripVTControlCharacters } from 'node:util'

const marks = /\p{Mark}/u
/** Of East Asian scripts, which take two columns (Unicode Standard Annex 11), and pictographs. */
const wide =
  /[\u1100-\u115F\u2E80-\uA4CF\uAC00-\uD7A3\uF900-\uFAFF\uFE30-\uFE6F\uFF00-\uFF60\uFFE0-\uFFE6\u{1F300}-\u{1FAFF}\u{20000}-\u{3FFFD}]/u

// oxlint-disable-next-line import/no-default-export -- as the package has it
export default function stringWidth(text: string): number {
  if (/^[ -~]*$/.test(text)) return text.length
  let width = 0
  for (const character of stripVTControlCharacters(text)) {
    if (!marks.test(character)) width += wide.test(character) ? 2 : 1
  }
  return width
}
