// Tokens for showing a text in colours: words of the language, literals, comments; what is none of these is left out.
import { lex } from '../../../grammar/lex.ts'
import { NumberLiteral, reservedWords, StringLiteral } from '../../../grammar/tokens.ts'

export interface Word {
  /** Half-open offsets into the text. */
  readonly start: number
  readonly end: number
  readonly kind: 'keyword' | 'literal' | 'comment'
}

/** In order; texts with mistakes too. */
export function wordsOf(text: string): Word[] {
  const { tokens, comments, docs } = lex(text)
  const keywords = new Set(reservedWords)
  const values = new Set([NumberLiteral, StringLiteral])
  const words = tokens.flatMap((token): Word[] => {
    const kind = keywords.has(token.tokenType)
      ? 'keyword'
      : values.has(token.tokenType)
        ? 'literal'
        : undefined
    return kind === undefined
      ? []
      : [{ start: token.startOffset, end: token.startOffset + token.image.length, kind }]
  })
  const remarks = [...comments, ...docs].map(({ startOffset, image }): Word => ({
    start: startOffset,
    end: startOffset + image.length,
    kind: 'comment',
  }))
  return [...words, ...remarks].toSorted((a, b) => a.start - b.start)
}
