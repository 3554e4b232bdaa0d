// A bound on how deeply expressions nest, checked over the tokens so that neither the parser nor whoever walks the
// tree can run out of stack.
import type { IToken, TokenType } from 'chevrotain'
import * as t from './tokens.ts'

/** Levels of the tree, roughly: what one expression may cost with all that is open around it. */
const MAX_DEPTH = 512
/** A bracket passes through every rule from the loosest operator to the tightest, so it counts as several levels. */
const BRACKET = 8

const openers = new Set([t.LeftParen, t.LeftBracket, t.LeftBrace])
const closers = new Set([t.RightParen, t.RightBracket, t.RightBrace])
// prettier-ignore
const operators = new Set([
  t.Question, t.Arrow, t.Or, t.And, t.Not, t.Plus, t.Minus, t.Star, t.Slash, t.Div, t.Percent, t.Caret, t.Dot, t.Bar,
])
// prettier-ignore
const separators = new Set([
  t.Comma, t.Equals, t.Let, t.In, t.Out, t.Input, t.Output, t.Budget, t.Assert, t.For, t.If, t.Edge, t.Fuse,
  t.Sparsity, t.Fn, t.Block, t.Network, t.Train, t.Import,
])

/** The token at which the text nests too deeply, if it does. */
export function tooDeep(tokens: readonly IToken[]): IToken | undefined {
  const open: number[] = []
  let here = 0 // operators since the last separator inside the innermost bracket
  let around = 0 // what the enclosing brackets cost
  let previous: TokenType | undefined
  for (const token of tokens) {
    const type = token.tokenType
    if (openers.has(type)) {
      if (previous !== undefined && closers.has(previous)) here++ // `f(1)(2)`, `a[0][1]`
      open.push(here)
      around += here + BRACKET
      here = 0
    } else if (closers.has(type)) {
      here = open.pop() ?? 0
      around = Math.max(0, around - here - BRACKET)
      if (type === t.RightBrace) here = 0
    } else if (operators.has(type)) here++
    else if (separators.has(type)) here = 0
    if (around + here > MAX_DEPTH) return token
    previous = type
  }
  return undefined
}
