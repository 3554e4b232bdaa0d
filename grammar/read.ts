// Text to concrete syntax tree, with every fault found on the way. Never throws; there is always a tree.
import type { CstNode, IToken } from 'chevrotain'
import { endOf, pairBrackets } from './brackets.ts'
import type { Fault, UnexpectedToken } from './faults.ts'
import { independent } from './independent.ts'
import { tooDeep } from './nesting.ts'
import { parseTokens } from './parse-tokens.ts'
import type { StartRule } from './parser.ts'
import { repairs, type Guess, type Repair } from './repair.ts'
import { lex, UnterminatedString, type Lexed } from './tokens.ts'

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
  const fixed: Fault[] = lexicalFaults(lexed, text)
  const tried = new Set<string>()
  let tokens = lexed.tokens
  let now = attempt(tokens, text, start, fixed)
  for (let left = attemptsFor(tokens.length); left > 0; left--) {
    const repair = nextRepair(tokens, text, now, guess, tried)
    if (repair === undefined) break
    const then = attempt(repair.tokens, text, start, fixed)
    if (!helps(repair, now, then)) continue
    tokens = repair.tokens
    if (!fixed.some((fault) => sameReservedName(fault, repair.fault))) fixed.push(repair.fault)
    now = attempt(tokens, text, start, fixed)
  }
  return now
}

/** Every attempt parses the whole text again, so a long text gets fewer. */
function attemptsFor(tokenCount: number): number {
  return Math.min(60, Math.floor(60_000 / (tokenCount + 1)))
}

/** The first repair of the first fault that was not tried yet. */
function nextRepair(
  tokens: readonly IToken[],
  text: string,
  now: Attempt,
  guess: Guess,
  tried: Set<string>,
): Repair | undefined {
  for (const fault of now.faults) {
    if (fault.kind !== 'unexpected-token' || tried.has(`${fault.start}`)) continue
    for (const repair of repairs(tokens, text, fault, guess)) {
      const key = `${fault.start} ${JSON.stringify(repair.fault)}`
      if (tried.has(key)) continue
      tried.add(key)
      return repair
    }
    tried.add(`${fault.start}`)
  }
  return undefined
}

/** Whether the repair leaves nothing wrong at its own place, and nothing more before it. */
function helps(repair: Repair, before: Attempt, after: Attempt): boolean {
  const upTo = (one: Attempt): number => one.syntax.filter((fault) => fault.start < repair.from).length
  const still = after.syntax.some((fault) => fault.start >= repair.from && fault.start < repair.until)
  return !still && upTo(after) <= upTo(before)
}

function attempt(
  tokens: readonly IToken[],
  text: string,
  start: StartRule,
  fixed: readonly Fault[],
): Attempt {
  const paired = pairBrackets(tokens, text)
  const parsed = parseTokens(paired.tokens, start)
  // A repaired word casts no doubt on what follows it, so it does not hide other faults.
  const doubtful = fixed.filter(isLexical)
  const certain = fixed.filter((fault) => !isLexical(fault))
  const faults = independent(
    [...doubtful, ...paired.faults, ...parsed.faults],
    parsed.cst,
    paired.declarations,
  )
  const all = [...certain, ...faults].sort((a, b) => a.start - b.start)
  return { cst: parsed.cst, syntax: parsed.faults, faults: all }
}

const isLexical = (fault: Fault): boolean =>
  fault.kind === 'unexpected-text' || fault.kind === 'unterminated-string'

function lexicalFaults(lexed: Lexed, text: string): Fault[] {
  const unexpected = lexed.unexpected.map(({ offset, length }): Fault => {
    const end = offset + length
    return { kind: 'unexpected-text', start: offset, end, text: text.slice(offset, end) }
  })
  const unterminated = lexed.tokens
    .filter((token) => token.tokenType === UnterminatedString)
    .map((token): Fault => ({ kind: 'unterminated-string', start: token.startOffset, end: endOf(token) }))
  return [...unexpected, ...unterminated]
}

function sameReservedName(a: Fault, b: Fault): boolean {
  return a.kind === 'reserved-name' && b.kind === 'reserved-name' && a.word === b.word
}

function comment(token: IToken): Comment {
  return { text: token.image, start: token.startOffset, end: token.startOffset + token.image.length }
}
