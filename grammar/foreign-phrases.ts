// Statements as other languages write them: read as the statement that is meant where there is one, else passed over whole.
import type { IToken } from 'chevrotain'
import { createTokenInstance } from './chevrotain.ts'
import { aroundOf, atBeginning, statementEnd } from './extent.ts'
import type { ForeignPhrase, UnexpectedToken } from './faults.ts'
import { closeAfter, endOf, indentAt, isWord, openBefore } from './places.ts'
import { retyped, type Repair } from './reading.ts'
import * as t from './tokens.ts'

interface At {
  readonly tokens: readonly IToken[]
  readonly at: number
  readonly fault: UnexpectedToken
  readonly text: string
}

/** By the word that a statement begins with. */
const phrases = new Map<string, ForeignPhrase>([
  ['return', 'return'],
  ['yield', 'return'],
  ['for', 'loop'],
  ['while', 'loop'],
  ['if', 'choice'],
  ['elif', 'choice'],
  ['else', 'choice'],
  ['switch', 'choice'],
  ['def', 'function'],
  ['function', 'function'],
  ['func', 'function'],
  ['lambda', 'function'],
  ['class', 'class'],
  ['struct', 'class'],
  ['from', 'import'],
  ['print', 'print'],
])

/** Words that stand before the name of a value elsewhere. */
const lets = new Set([
  'const',
  'var',
  'val',
  'auto',
  'int',
  'float',
  'bool',
  'string',
  'double',
  'tensor',
  'Tensor',
])

export function foreignRepairs(
  tokens: readonly IToken[],
  at: number,
  fault: UnexpectedToken,
  text: string,
): readonly Repair[] {
  const place: At = { tokens, at, fault, text }
  return [tuple(place), unpacking(place), pythonImport(place), phrase(place), typedLet(place)].filter(
    (one) => one !== undefined,
  )
}

/** `y = x` for `let y = x`; looked for after a misspelt keyword, as `fuze = concat` is one. */
export function assignmentRepairs(
  tokens: readonly IToken[],
  at: number,
  fault: UnexpectedToken,
  text: string,
): readonly Repair[] {
  const token = tokens[at]
  if (token === undefined || !atBeginning(fault) || token.tokenType !== t.Identifier) return []
  const afterName = tokens[at + 1]?.tokenType === t.LeftBracket ? closeAfter(tokens, at + 1) : at
  const equals = afterName === undefined ? undefined : tokens[afterName + 1]
  if (equals?.tokenType !== t.Equals || !isForNames(tokens, at, text)) return []
  const { startOffset: start, startLine = NaN } = token
  const put = createTokenInstance(t.Let, 'let', start, start - 1, startLine, startLine, NaN, NaN)
  return [repair({ tokens, at, fault, text }, 'assignment', tokens.toSpliced(at, 0, put), token, equals)]
}

/** Levels and nodes have no names, and an indented line outside all braces is what a brace too many has left there. */
function isForNames(tokens: readonly IToken[], at: number, text: string): boolean {
  const inside = aroundOf(tokens, at)?.inside
  if (inside === 'file') return indentAt(text, tokens[at]?.startOffset ?? 0) === 0
  return inside === 'network' || inside === 'block' || inside === 'node'
}

function phrase(place: At): Repair | undefined {
  const { tokens, at, fault, text } = place
  const token = tokens[at]
  const form = phrases.get(token?.image ?? '')
  if (token === undefined || form === undefined || !atBeginning(fault)) return undefined
  let end = statementEnd(tokens, at, text)
  if (form === 'choice') while (isElse(tokens[end])) end = statementEnd(tokens, end, text)
  return repair(place, form, tokens.toSpliced(at, end - at), token, tokens[end - 1] ?? token)
}

const isElse = (token: IToken | undefined): boolean => token?.image === 'else' || token?.image === 'elif'

/** `import torch.nn as nn`, `import Unit from "…"` */
function pythonImport(place: At): Repair | undefined {
  const { tokens, at, fault, text } = place
  const word = tokens[at - 1]
  if (fault.rule !== 'importDecl' || word?.tokenType !== t.Import) return undefined
  const end = statementEnd(tokens, at - 1, text)
  if (tokens.slice(at, end).some(({ tokenType }) => tokenType === t.UnterminatedString)) return undefined
  return repair(place, 'import', tokens.toSpliced(at - 1, end - at + 1), word, tokens[end - 1] ?? word)
}

/** `const c = 3`, `int c = 3` */
function typedLet(place: At): Repair | undefined {
  const { tokens, at, fault } = place
  const [token, name, equals] = tokens.slice(at, at + 3)
  if (token === undefined || !lets.has(token.image) || !atBeginning(fault)) return undefined
  if (!isWord(name) || equals?.tokenType !== t.Equals) return undefined
  return repair(place, 'typed-let', tokens.with(at, retyped(token, t.Let)), token, token)
}

/** `(3, 3)` for `[3, 3]` */
function tuple(place: At): Repair | undefined {
  const { tokens, at, fault } = place
  if (fault.rule !== 'primary' || tokens[at]?.tokenType !== t.Comma) return undefined
  const open = openBefore(tokens, at)
  const close = open === undefined ? undefined : closeAfter(tokens, open)
  if (open === undefined || close === undefined) return undefined
  const [first, last] = [tokens[open], tokens[close]]
  if (first?.tokenType !== t.LeftParen || last?.tokenType !== t.RightParen) return undefined
  const read = tokens.with(open, retyped(first, t.LeftBracket)).with(close, retyped(last, t.RightBracket))
  return repair(place, 'tuple', read, first, last, last)
}

/** `let a, b = …`, `let (a, b) = …`, `for i, j in …`, `for [i, j] in …`: read with the first name alone. */
function unpacking(place: At): Repair | undefined {
  const { tokens, at, fault } = place
  const isBracketed = tokens[at]?.tokenType === t.LeftParen || tokens[at]?.tokenType === t.LeftBracket
  if (!/^(?:letStmt|constDecl|forBinding)$/.test(fault.rule)) return undefined
  if (!isBracketed && tokens[at]?.tokenType !== t.Comma) return undefined
  const begin = isBracketed ? at : at - 1
  let end = begin
  while (isPartOfNames(tokens[end])) end++
  const stop = tokens[end]
  const name = tokens.slice(begin, end).find(isWord)
  const closes = stop?.tokenType === (fault.rule === 'forBinding' ? t.In : t.Equals)
  if (stop === undefined || name === undefined || !closes) return undefined
  const [first, last] = [tokens[begin] ?? name, tokens[end - 1] ?? name]
  return repair(place, 'unpacking', tokens.toSpliced(begin, end - begin, name), first, stop, last)
}

const isPartOfNames = (token: IToken | undefined): boolean =>
  token !== undefined &&
  (token.tokenType === t.Comma ||
    token.tokenType === t.LeftParen ||
    token.tokenType === t.RightParen ||
    token.tokenType === t.LeftBracket ||
    token.tokenType === t.RightBracket ||
    token.tokenType === t.Identifier)

/** The fault is shown from one token to another; the repair answers for the text up to `until`. */
function repair(
  { tokens, fault: { start } }: At,
  form: ForeignPhrase,
  read: readonly IToken[],
  first: IToken,
  until: IToken,
  shown: IToken = first,
): Repair {
  const found = tokens
    .slice(tokens.indexOf(first), tokens.indexOf(shown) + 1)
    .map(({ image }) => image)
    .join(' ')
  const place = { start: first.startOffset, end: endOf(shown) }
  return {
    tokens: read,
    fault: { kind: 'foreign', form, ...place, found, again: 0 },
    from: Math.min(start, first.startOffset),
    until: endOf(until),
  }
}
