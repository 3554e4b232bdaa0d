// Where tokens stand in the text, and brackets that belong together.
import type { IToken } from 'chevrotain'
import * as t from './tokens.ts'

export const openers = new Set([t.LeftBrace, t.LeftParen, t.LeftBracket])
export const closers = new Set([t.RightBrace, t.RightParen, t.RightBracket])

export const endOf = (token: IToken): number => (token.endOffset ?? token.startOffset) + 1

export const isWord = (token: IToken | undefined): token is IToken =>
  token !== undefined && /^[A-Za-z_]/.test(token.image)

export function beginsLine(tokens: readonly IToken[], at: number, text: string): boolean {
  const [previous, token] = [tokens[at - 1], tokens[at]]
  if (previous === undefined || token === undefined) return true
  return text.slice(endOf(previous), token.startOffset).includes('\n')
}

/** The indentation of the line that a place is on. */
export function indentAt(text: string, offset: number): number {
  const lineStart = text.lastIndexOf('\n', offset - 1) + 1
  return text.slice(lineStart).search(/\S/)
}

/** The index of the bracket that is open at a place: the nearest one before it, if there is one. */
export function openBefore(tokens: readonly IToken[], at: number): number | undefined {
  let depth = 0
  for (let k = at - 1; k >= 0; k--) {
    const type = tokens[k]?.tokenType
    if (type === undefined) return undefined
    if (closers.has(type)) depth++
    if (openers.has(type) && depth-- === 0) return k
  }
  return undefined
}

/** The index of the bracket that closes the one at `at`. */
export function closeAfter(tokens: readonly IToken[], at: number): number | undefined {
  let depth = 0
  for (let k = at; k < tokens.length; k++) {
    const type = tokens[k]?.tokenType
    if (type === undefined) return undefined
    if (openers.has(type)) depth++
    if (closers.has(type) && --depth === 0) return k
  }
  return undefined
}
