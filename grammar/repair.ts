// Reads a misspelt keyword as the keyword, a reserved word as the name it was meant for, and what another language or another place
// has as what is meant, when the text then parses further. The rest of the file is checked as if it had been right.
import type { IToken, TokenType } from 'chevrotain'
import type { Fault, UnexpectedToken } from './faults.ts'
import { assignmentRepairs, foreignRepairs } from './foreign-phrases.ts'
import { misplacedRepairs } from './misplaced.ts'
import { endOf } from './places.ts'
import { retyped, type Guess, type Repair } from './reading.ts'
import * as t from './tokens.ts'

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
  const toLineEnd = (repair: Omit<Repair, 'until'>): Repair => ({ ...repair, until })
  return [
    ...foreignRepairs(tokens, at, fault, text),
    ...misplacedRepairs(tokens, at, fault, text),
    ...keywordRepairs(tokens, at, guess).map(toLineEnd),
    ...keywordRepairs(tokens, at - 1, guess).map(toLineEnd),
    ...nameRepairs(tokens, at, fault).map(toLineEnd),
    ...assignmentRepairs(tokens, at, fault, text),
  ]
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

const place = (token: IToken): { start: number; end: number } => ({
  start: token.startOffset,
  end: endOf(token),
})
