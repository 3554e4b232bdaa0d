// Whether the body that a place is in goes on after it, told by the braces and statements that follow.
import type { IToken, TokenType } from 'chevrotain'
import * as t from './tokens.ts'

interface Body {
  /** A brace closes it. */
  readonly isClosed: boolean
  /** A statement follows in it that stands in no file. */
  goesOn: boolean
}

/**
 * By token: whether the body around it is closed after it or goes on with a statement. A declaration there stands inside of that body; where
 * nothing but declarations follows, the body was left open before it. One sweep from the end.
 */
export function enclosed(
  tokens: readonly IToken[],
  statementWords: ReadonlySet<TokenType>,
  namesBefore: ReadonlySet<TokenType>,
): readonly boolean[] {
  const bodies: Body[] = [{ isClosed: false, goesOn: false }]
  const found = tokens.map(() => false)
  for (let at = tokens.length - 1; at >= 0; at--) {
    const type = tokens[at]?.tokenType
    const next = tokens[at + 1]?.tokenType
    if (type === undefined) continue
    if (type === t.LeftBrace && bodies.length > 1) bodies.pop()
    const body = bodies.at(-1)
    if (body === undefined) continue
    found[at] = body.isClosed || body.goesOn
    const isStatement =
      statementWords.has(type) && type !== t.Let && !(next !== undefined && namesBefore.has(next))
    if (isStatement) body.goesOn = true
    if (type === t.RightBrace) bodies.push({ isClosed: true, goesOn: false })
  }
  return found
}
