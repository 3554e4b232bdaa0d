// A spec's lines as markup, its words told apart.
import { wordsOf } from '../../compiler/syntax/lower-words.ts'
import { markup, type Piece } from '../markup.ts'

/** One piece for each line; a line's text is all there, whatever it is. */
export function highlighted(lines: readonly string[]): Piece[] {
  const words = wordsOf(lines.join('\n'))
  let [start, next] = [0, 0]
  return lines.map((text) => {
    const pieces: Piece[] = []
    let at = 0
    for (; next < words.length; next += 1) {
      const word = words[next]
      if (word === undefined || word.start >= start + text.length) break
      const [from, to] = [word.start - start, word.end - start]
      pieces.push(text.slice(at, from), markup`<span class="${word.kind}">${text.slice(from, to)}</span>`)
      at = to
    }
    start += text.length + 1
    return [...pieces, text.slice(at)]
  })
}
