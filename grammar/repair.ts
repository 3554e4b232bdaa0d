// Reads a misspelt keyword as the keyword, and a reserved word as the name it was meant for, when the text then parses
// further. The rest of the file is checked as if the word had been right.
import type { IToken, TokenType } from 'chevrotain'
import { createTokenInstance } from './chevrotain.ts'
import type { Fault, UnexpectedToken } from './faults.ts'
import * as t from './tokens.ts'

/** The known words that `word` may be a slip of, nearest first. */
export type Guess = (word: string, known: readonly string[]) => readonly string[]

export interface Repair {
  readonly tokens: readonly IToken[]
  readonly fault: Fault
  /** Parser faults that start from here and up to `until`, the line's end, show that the repair was none. */
  readonly from: number
  readonly until: number
}

const keywords = new Map<string, TokenType>(
  [...t.reservedWords, ...t.contextualWords].map((type) => [type.PATTERN as string, type]),
)

/** Ways to read the tokens otherwise around a fault of the parser. */
export function repairs(
  tokens: readonly IToken[],
  text: string,
  fault: UnexpectedToken,
  guess: Guess,
): readonly Repair[] {
  const at = tokens.findIndex((token) => token.startOffset === fault.start && token.image !== '')
  if (at === -1) return []
  const lineEnd = text.indexOf('\n', fault.start)
  const until = lineEnd === -1 ? text.length : lineEnd
  return [
    ...keywordRepairs(tokens, at, guess),
    ...keywordRepairs(tokens, at - 1, guess),
    ...nameRepairs(tokens, at, fault),
  ].map((repair) => ({ ...repair, until }))
}

function keywordRepairs(
  tokens: readonly IToken[],
  at: number,
  guess: Guess,
): readonly Omit<Repair, 'until'>[] {
  const token = tokens[at]
  if (token === undefined || token.tokenType !== t.Identifier || token.image.length < 2) return []
  return guess(token.image, [...keywords.keys()]).map((keyword) => {
    const type = keywords.get(keyword) ?? t.Identifier
    return replaced(tokens, at, type, {
      kind: 'misspelt-keyword',
      ...place(token),
      word: token.image,
      keyword,
    })
  })
}

/** Only where a name must stand; a reserved word where an expression is missing begins the next statement. */
function nameRepairs(
  tokens: readonly IToken[],
  at: number,
  fault: UnexpectedToken,
): readonly Omit<Repair, 'until'>[] {
  const token = tokens[at]
  if (token === undefined || fault.foundKind !== 'reserved') return []
  const isKnownName = tokens.some((one) => one.tokenType === t.Identifier && one.image === token.image)
  const wantsName =
    fault.expected === 'a name' || (isKnownName && /an (expression|argument)/.test(fault.expected))
  if (!wantsName) return []
  return [replaced(tokens, at, t.Identifier, { kind: 'reserved-name', ...place(token), word: token.image })]
}

function replaced(
  tokens: readonly IToken[],
  at: number,
  type: TokenType,
  fault: Fault,
): Omit<Repair, 'until'> {
  const changed = tokens.map((token, index) => (index === at ? retyped(token, type) : token))
  return { tokens: changed, fault, from: fault.start }
}

function retyped(token: IToken, type: TokenType): IToken {
  return createTokenInstance(type, token.image, token.startOffset, token.endOffset ?? NaN, NaN, NaN, NaN, NaN)
}

const place = (token: IToken): { start: number; end: number } => ({
  start: token.startOffset,
  end: token.startOffset + token.image.length,
})
