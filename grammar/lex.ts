// The lexer: a text as tokens of Weft, with the comments and the mistakes that lie between them. Never throws.
import type { IToken, Lexer as LexerType } from 'chevrotain'
import { Lexer } from './chevrotain.ts'
import { foreignOf, foreignTokens, readAs, type ForeignToken } from './foreign-tokens.ts'
import { tokens } from './tokens.ts'

export interface Lexed {
  readonly tokens: readonly IToken[]
  readonly docs: readonly IToken[]
  readonly comments: readonly IToken[]
  /** Stretches of text that are no token. */
  readonly unexpected: readonly { readonly offset: number; readonly length: number }[]
  /** What other languages write; `tokens` has what it stands for in Weft. */
  readonly foreign: readonly ForeignToken[]
}

let lexer: LexerType | undefined

/** Splits a text into tokens; never throws. */
export function lex(text: string): Lexed {
  // Built on first use: a command that reads no spec does not pay for it. It keeps nothing of a text.
  // End offsets come with full position tracking only.
  lexer ??= new Lexer([...foreignTokens, ...tokens], {
    ensureOptimizations: true,
    skipValidations: true,
  })
  const result = lexer.tokenize(text)
  return {
    tokens: result.tokens.flatMap((token) => readAs(token) ?? []),
    docs: result.groups['docs'] ?? [],
    comments: result.groups['comments'] ?? [],
    unexpected: result.errors,
    foreign: result.tokens.flatMap((token) => foreignOf(token) ?? []),
  }
}
