// Where statements begin and end, and what is around them, told by tokens alone: for texts that the parser cannot read.
import type { IToken, TokenType } from 'chevrotain'
import type { Surroundings, UnexpectedToken } from './faults.ts'
import { beginsLine, closers, indentAt, openBefore, openers } from './places.ts'
import * as t from './tokens.ts'

/** Words that only ever begin a statement; on one line, the end of the one before. */
// prettier-ignore
const beginning = new Set([
  t.Let, t.Share, t.Out, t.Input, t.Output, t.Aux, t.Budget, t.Assert, t.Backbone, t.Fusion, t.Edge, t.Fuse, t.Sparsity,
])
/** After these, such a word goes on with the statement. */
const prefixes = new Set([t.Aux, t.Share, t.On])

/** Whether the parser stopped where a statement, a setting or a declaration may begin. */
export const atBeginning = ({ expected }: UnexpectedToken): boolean =>
  /^(?:a statement|a declaration|a setting|a result|`level`|`node`|`edge`)/.test(expected)

/** The index after the last token of what begins at `at`: with its braces, and the lines that are indented further. */
export function statementEnd(tokens: readonly IToken[], at: number, text: string): number {
  const start = tokens[at]
  if (start === undefined) return at
  const indent = indentAt(text, start.startOffset)
  let depth = 0
  let end = at + 1
  for (let token = tokens[end]; token !== undefined; token = tokens[++end]) {
    if (depth === 0 && closers.has(token.tokenType)) break
    if (depth === 0 && beginsAnother(tokens, end, indent, text)) break
    if (openers.has(token.tokenType)) depth++
    if (closers.has(token.tokenType)) depth--
    if (depth === 0 && token.tokenType === t.RightBrace && tokens[end + 1]?.tokenType !== t.From)
      return end + 1
  }
  return end
}

function beginsAnother(tokens: readonly IToken[], at: number, indent: number, text: string): boolean {
  const [previous, token] = [tokens[at - 1], tokens[at]]
  if (previous === undefined || token === undefined) return true
  if (beginsLine(tokens, at, text))
    return token.tokenType !== t.LeftBrace && indentAt(text, token.startOffset) <= indent
  return beginning.has(token.tokenType) && !prefixes.has(previous.tokenType)
}

const surroundings = new Map<TokenType, Surroundings>([
  [t.Network, 'network'],
  [t.Block, 'block'],
  [t.Backbone, 'backbone'],
  [t.Fusion, 'fusion'],
  [t.Node, 'node'],
  [t.Train, 'train'],
  [t.Results, 'results'],
  [t.Sparsity, 'sparsity'],
])

export interface Around {
  readonly inside: Surroundings
  /** The name of the block, network, recipe or table around the place; empty at the top level. */
  readonly name: string
}

/** What a place is inside of; undefined where the braces around it belong to nothing known. */
export function aroundOf(tokens: readonly IToken[], at: number): Around | undefined {
  const brace = openBefore(tokens, at)
  if (brace === undefined) return { inside: 'file', name: '' }
  const head = headOf(tokens, brace)
  const word = head === undefined ? undefined : tokens[head]
  const inside = word && surroundings.get(word.tokenType)
  if (head === undefined || inside === undefined) return undefined
  const named = inside !== 'backbone' && inside !== 'fusion' && inside !== 'node' && inside !== 'sparsity'
  const name = named ? (tokens[head + 1]?.image ?? '') : (aroundOf(tokens, head)?.name ?? '')
  return { inside, name }
}

/** The word that what the brace belongs to begins with: brackets between are passed over. */
function headOf(tokens: readonly IToken[], brace: number): number | undefined {
  if (tokens[brace]?.tokenType !== t.LeftBrace) return undefined
  for (let k = brace - 1; k >= 0; k--) {
    const type = tokens[k]?.tokenType
    if (type === undefined || type === t.LeftBrace || type === t.RightBrace) return undefined
    if (surroundings.has(type)) return k
    if (closers.has(type)) k = openBefore(tokens, k) ?? 0
  }
  return undefined
}
