// Tokens of other languages that have one meaning in Weft, or none: read as that, so that what follows is still checked.
import type { IToken, TokenType } from 'chevrotain'
import { createToken, createTokenInstance } from './chevrotain.ts'
import type { ForeignForm } from './faults.ts'
import * as t from './tokens.ts'

interface Foreign {
  readonly type: TokenType
  readonly form: ForeignForm
  /** What it is read as; left out of the text where there is none. */
  readonly reads?: TokenType
}

function foreign(form: ForeignForm, pattern: string | RegExp, reads?: TokenType): Foreign {
  const breaks = pattern instanceof RegExp
  const type = createToken({ name: `Foreign ${form}`, pattern, line_breaks: breaks })
  return { type, form, ...(reads === undefined ? {} : { reads }) }
}

// What has no end of its own goes on to the end of the text, as it does where it comes from.
const all: readonly Foreign[] = [
  foreign('block-comment', /\/\*[\s\S]*?(?:\*\/|(?![\s\S]))/),
  foreign('hash-comment', /#[^\r\n]*/),
  foreign('triple-quotes', /"""[\s\S]*?(?:"""|(?![\s\S]))/),
  foreign('single-quotes', /'[^'\r\n]*'/, t.StringLiteral),
  foreign('semicolon', /;+/),
  foreign('double-star', '**', t.Caret),
  foreign('fat-arrow', '=>', t.Arrow),
  foreign('augmented', /[-+*/]=/, t.Equals),
  foreign('ampersands', '&&', t.And),
  foreign('bars', '||', t.Or),
  foreign('exclamation', /!(?!=)/, t.Not),
]

/** In the order in which the lexer tries them: before Weft's own, some of which they begin with. */
export const foreignTokens: readonly TokenType[] = all.map(({ type }) => type)

const byType = new Map(all.map((one) => [one.type, one]))

export interface ForeignToken {
  readonly form: ForeignForm
  readonly token: IToken
}

export function foreignOf(token: IToken): ForeignToken | undefined {
  const found = byType.get(token.tokenType)
  return found && { form: found.form, token }
}

/** The token of Weft in its stead, if there is one. */
export function readAs(token: IToken): IToken | undefined {
  const found = byType.get(token.tokenType)
  if (found === undefined) return token
  if (found.reads === undefined) return undefined
  const { PATTERN } = found.reads
  const image = typeof PATTERN === 'string' ? PATTERN : quoted(token.image)
  const { startOffset, endOffset = NaN, startLine = NaN, endLine = NaN } = token
  return createTokenInstance(found.reads, image, startOffset, endOffset, startLine, endLine, NaN, NaN)
}

/** `'text'` in the quotes of Weft, as long as it is. */
const quoted = (image: string): string => `"${image.slice(1, -1).replaceAll(/["\\]/g, ' ')}"`
