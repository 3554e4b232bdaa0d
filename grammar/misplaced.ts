// Statements and declarations that stand where another kind of them belongs: passed over whole, so that what is around them is
// still read.
import type { IToken, TokenType } from 'chevrotain'
import { aroundOf, atBeginning, statementEnd } from './extent.ts'
import type { Surroundings, UnexpectedToken } from './faults.ts'
import { endOf, isWord } from './places.ts'
import type { Repair } from './reading.ts'
import * as t from './tokens.ts'

/** What begins with each word, and where it may stand. Which of blocks and networks takes which statement is told later. */
const bodies: readonly Surroundings[] = ['network', 'block']
const places = new Map<TokenType, readonly Surroundings[]>([
  [t.Import, ['file']],
  [t.Fn, ['file']],
  [t.Block, ['file']],
  [t.Network, ['file']],
  [t.Train, ['file']],
  [t.Results, ['file']],
  [t.In, bodies],
  [t.Out, bodies],
  [t.Input, bodies],
  [t.Output, bodies],
  [t.Aux, bodies],
  [t.Keep, bodies],
  [t.Budget, bodies],
  [t.Assert, bodies],
  [t.Backbone, bodies],
  [t.Fusion, bodies],
  [t.Let, ['file', 'network', 'block', 'backbone', 'fusion', 'node']],
  [t.Share, ['network', 'block', 'backbone', 'fusion', 'node']],
  [t.Level, ['backbone']],
  [t.Node, ['fusion']],
  [t.Sparsity, ['fusion']],
  [t.Edge, ['node']],
  [t.Fuse, ['node']],
])

/** Where the parser stopped at a word that begins something else than what may stand there. */
export function misplacedRepairs(
  tokens: readonly IToken[],
  at: number,
  fault: UnexpectedToken,
  text: string,
): readonly Repair[] {
  // Any word may name a setting, so the parser stops at the word after it.
  const begin = atBeginning(fault) ? at : fault.rule === 'setting' || fault.rule === 'result' ? at - 1 : -1
  const word = tokens[begin]
  if (word === undefined || fault.brace !== undefined || !beginsOne(tokens, begin)) return []
  const allowed = places.get(word.tokenType)
  const around = allowed && aroundOf(tokens, begin)
  if (around === undefined || allowed?.includes(around.inside) !== false) return []
  const end = statementEnd(tokens, begin, text)
  const last = tokens[end - 1] ?? word
  const found = { kind: 'misplaced', start: word.startOffset, end: endOf(word) } as const
  const names = { name: nameOf(tokens, begin), inside: around.inside, around: around.name }
  return [
    {
      tokens: tokens.toSpliced(begin, end - begin),
      fault: { ...found, word: word.image, ...names },
      from: word.startOffset,
      until: endOf(last),
    },
  ]
}

/** Words that are names elsewhere begin a rule only in its form. */
function beginsOne(tokens: readonly IToken[], at: number): boolean {
  const type = tokens[at]?.tokenType
  if (type === t.Level || type === t.Node) return tokens[at + 1]?.tokenType === t.LeftBracket
  if (type === t.Results) return tokens[at + 2]?.tokenType === t.For
  if (type === t.Keep) return isWord(tokens[at + 1])
  return type !== undefined && tokens[at + 1]?.tokenType !== t.Equals ? true : type === t.Fuse
}

function nameOf(tokens: readonly IToken[], at: number): string {
  const [next, second] = [tokens[at + 1], tokens[at + 2]]
  if (next?.tokenType === t.Let || next?.tokenType === t.Output) return isWord(second) ? second.image : ''
  return isWord(next) ? next.image : ''
}
