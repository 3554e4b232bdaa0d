// Text to concrete syntax tree, with every fault found on the way. Never throws; there is always a tree.
import type { CstNode, IToken } from 'chevrotain'
import { endOf, pairBrackets } from './brackets.ts'
import type { Fault, UnexpectedToken } from './faults.ts'
import { independent } from './independent.ts'
import { tooDeep } from './nesting.ts'
import { parseTokens } from './parse-tokens.ts'
import type { StartRule } from './parser.ts'
import { repairs, type Guess, type Repair } from './repair.ts'
import { lex, type Lexed } from './tokens.ts'

/** A file with more misspelt keywords than this is not a Weft file. */
const MAX_REPAIRS = 20

export interface Comment {
  readonly text: string
  readonly start: number
  readonly end: number
}

export interface Reading {
  readonly cst: CstNode
  readonly faults: readonly Fault[]
  /** `// …`, in order. */
  readonly comments: readonly Comment[]
  /** `/// …`, in order. */
  readonly docs: readonly Comment[]
}

interface Attempt {
  readonly cst: CstNode
  readonly syntax: readonly UnexpectedToken[]
  readonly faults: readonly Fault[]
}

export function read(text: string, start: StartRule, guess: Guess): Reading {
  const lexed = lex(text)
  const around = { comments: lexed.comments.map(comment), docs: lexed.docs.map(comment) }
  const deep = tooDeep(lexed.tokens)
  if (deep !== undefined) {
    const fault: Fault = { kind: 'too-deep', start: deep.startOffset, end: endOf(deep) }
    return { cst: { name: start, children: {} }, faults: [fault], ...around }
  }
  const { cst, faults } = repaired(lexed, text, start, guess)
  return { cst, faults, ...around }
}

function repaired(lexed: Lexed, text: string, start: StartRule, guess: Guess): Attempt {
  const fixed: Fault[] = unexpectedText(lexed, text)
  let tokens = lexed.tokens
  let now = attempt(tokens, text, start, fixed)
  for (let count = 0; count < MAX_REPAIRS; count++) {
    const better = firstBetter(tokens, now, guess, (candidate) => attempt(candidate.tokens, text, start, fixed))
    if (better === undefined) break
    tokens = better.repair.tokens
    if (!fixed.some((fault) => sameReservedName(fault, better.repair.fault))) fixed.push(better.repair.fault)
    now = attempt(tokens, text, start, fixed)
  }
  return now
}

function firstBetter(
  tokens: readonly IToken[],
  now: Attempt,
  guess: Guess,
  attemptOf: (repair: Repair) => Attempt,
): { readonly repair: Repair } | undefined {
  for (const fault of now.faults) {
    if (fault.kind !== 'unexpected-token') continue
    for (const repair of repairs(tokens, fault, guess)) {
      if (helps(repair, now, attemptOf(repair))) return { repair }
    }
  }
  return undefined
}

/** Whether the repair leaves nothing wrong at its own place, and nothing more before it. */
function helps(repair: Repair, before: Attempt, after: Attempt): boolean {
  const upTo = (one: Attempt): number => one.syntax.filter((fault) => fault.start < repair.from).length
  const still = after.syntax.some((fault) => fault.start >= repair.from && fault.start <= repair.until)
  return !still && upTo(after) <= upTo(before)
}

function attempt(tokens: readonly IToken[], text: string, start: StartRule, fixed: readonly Fault[]): Attempt {
  const paired = pairBrackets(tokens, text)
  const parsed = parseTokens(paired.tokens, start)
  // A repaired word casts no doubt on what follows it, so it does not hide other faults.
  const doubtful = fixed.filter((fault) => fault.kind === 'unexpected-text')
  const certain = fixed.filter((fault) => fault.kind !== 'unexpected-text')
  const faults = independent([...doubtful, ...paired.faults, ...parsed.faults], parsed.cst, paired.declarations)
  const all = [...certain, ...faults].sort((a, b) => a.start - b.start)
  return { cst: parsed.cst, syntax: parsed.faults, faults: all }
}

/** Neighbouring stretches (`&&`, a pair of smart quotes with nothing between) are one fault. */
function unexpectedText(lexed: Lexed, text: string): Fault[] {
  return lexed.unexpected.map(({ offset, length }) => ({
    kind: 'unexpected-text',
    start: offset,
    end: offset + length,
    text: text.slice(offset, offset + length),
  }))
}

function sameReservedName(a: Fault, b: Fault): boolean {
  return a.kind === 'reserved-name' && b.kind === 'reserved-name' && a.word === b.word
}

function comment(token: IToken): Comment {
  return { text: token.image, start: token.startOffset, end: token.startOffset + token.image.length }
}
