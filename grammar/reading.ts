// How a text may be read otherwise than it stands, where the parser stops.
import { createTokenInstance } from './chevrotain.ts'
import type { IToken, TokenType } from 'chevrotain'
import type { Fault } from './faults.ts'

/** The known words that `word` may be a slip of, nearest first. */
export type Guess = (word: string, known: readonly string[]) => readonly string[]

export interface Repair {
  readonly tokens: readonly IToken[]
  readonly fault: Fault
  /** Parser faults that start from here and up to `until`, mostly the line's end, show that the repair was none. */
  readonly from: number
  readonly until: number
}

/** A token read as another. */
export function retyped(token: IToken, type: TokenType): IToken {
  const { image, startOffset, endOffset = NaN, startLine = NaN, endLine = NaN } = token
  return createTokenInstance(type, image, startOffset, endOffset, startLine, endLine, NaN, NaN)
}
