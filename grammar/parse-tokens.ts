// Balanced tokens to a concrete syntax tree and what the parser stumbled over.
import type { CstNode, IRecognitionException, IToken, TokenType } from 'chevrotain'
import { expectedWords } from './expected.ts'
import type { UnexpectedToken } from './faults.ts'
import { WeftParser, type StartRule } from './parser.ts'
import { endOf } from './places.ts'
import * as t from './tokens.ts'

export interface Parsed {
  readonly cst: CstNode
  readonly faults: readonly UnexpectedToken[]
}

// Built on first use, as their self-analysis takes tens of milliseconds; a parse leaves nothing behind that the next sees.
let plain: WeftParser | undefined
let recovering: WeftParser | undefined

export function parseTokens(tokens: readonly IToken[], start: StartRule): Parsed {
  // Most processes read no text with a mistake: a parser that recovers from one is made when there is one.
  if (recovering === undefined) {
    plain ??= new WeftParser(expectedWords, { recovers: false, validates: false })
    const { cst, errors } = run(plain, tokens, start)
    if (errors.length === 0) return { cst, faults: [] }
  }
  recovering ??= new WeftParser(expectedWords, { recovers: true, validates: false })
  const { cst, errors } = run(recovering, tokens, start)
  return { cst, faults: faultsOf(errors, tokens) }
}

interface Run {
  readonly cst: CstNode
  readonly errors: readonly IRecognitionException[]
}

function run(parser: WeftParser, tokens: readonly IToken[], start: StartRule): Run {
  parser.input = [...tokens]
  const cst = parser[start]() as CstNode | undefined
  const { errors } = parser
  parser.input = []
  return { cst: cst ?? { name: start, children: {} }, errors }
}

function faultsOf(errors: Run['errors'], tokens: readonly IToken[]): UnexpectedToken[] {
  // Stumbling over a bracket that was put in says nothing that the bracket's own fault does not.
  const telling = errors.filter(({ token }) => token.image !== '' || Number.isNaN(token.startOffset))
  const places = new Map(telling.length === 0 ? [] : tokens.map((token, at) => [token, at] as const))
  return telling.map((error) => unexpectedToken(error, tokens, places))
}

function unexpectedToken(
  error: IRecognitionException,
  tokens: readonly IToken[],
  places: ReadonlyMap<IToken, number>,
): UnexpectedToken {
  const { token, message: expected, context } = error
  const rule = context.ruleStack.at(-1) ?? 'file'
  const last = tokens.at(-1)
  if (Number.isNaN(token.startOffset)) {
    const end = last === undefined ? 0 : endOf(last)
    const none = { found: '', foundKind: 'end', previous: last?.image ?? '', previousEnd: end } as const
    return { kind: 'unexpected-token', start: end, end, expected, rule, ...none }
  }
  const previous = tokens[(places.get(token) ?? 0) - 1]
  return {
    kind: 'unexpected-token',
    start: token.startOffset,
    end: endOf(token),
    expected,
    rule,
    found: token.image,
    foundKind: kindOf(token.tokenType),
    previous: previous?.image ?? '',
    previousEnd: previous === undefined ? 0 : endOf(previous),
  }
}

function kindOf(type: TokenType): UnexpectedToken['foundKind'] {
  if (type === t.Identifier || t.contextualWords.includes(type)) return 'name'
  if (t.reservedWords.includes(type)) return 'reserved'
  if (type === t.NumberLiteral) return 'number'
  return type === t.StringLiteral || type === t.UnterminatedString ? 'string' : 'symbol'
}
