// Text to concrete syntax tree, with every fault found on the way. Never throws; there is always a tree.
import type { CstNode, IToken } from 'chevrotain'
import { pairBrackets } from './brackets.ts'
import type { Fault, UnexpectedToken } from './faults.ts'
import { independent } from './independent.ts'
import { lex, type Lexed } from './lex.ts'
import { tooDeep } from './nesting.ts'
import { parseTokens } from './parse-tokens.ts'
import type { StartRule } from './parser.ts'
import { endOf } from './places.ts'
import type { Guess, Repair } from './reading.ts'
import { repairs } from './repair.ts'
import { Identifier, NumberLiteral, RightBracket, RightParen, UnterminatedString } from './tokens.ts'

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
  /** Comments that are nothing but a number, directly after a value: `width // 2`. */
  readonly divisors: readonly Comment[]
}

interface Attempt {
  readonly cst: CstNode
  readonly syntax: readonly UnexpectedToken[]
  readonly faults: readonly Fault[]
}

export function read(text: string, start: StartRule, guess: Guess): Reading {
  const lexed = lex(text)
  const around = {
    comments: lexed.comments.map(comment),
    docs: lexed.docs.map(comment),
    divisors: divisorsOf(lexed, text).map(comment),
  }
  const deep = tooDeep(lexed.tokens)
  if (deep !== undefined) {
    const fault: Fault = { kind: 'too-deep', start: deep.startOffset, end: endOf(deep) }
    return { cst: { name: start, children: {} }, faults: [fault], ...around }
  }
  const { cst, faults } = repaired(lexed, text, start, guess)
  return { cst, faults, ...around }
}

function repaired(lexed: Lexed, text: string, start: StartRule, guess: Guess): Attempt {
  const fixed: Fault[] = [...lexicalFaults(lexed, text), ...foreignFaults(lexed)]
  const tried = new Set<string>()
  const { comments } = lexed
  let tokens = lexed.tokens
  let now = attempt(tokens, comments, text, start, fixed)
  for (let left = attemptsFor(tokens.length); left > 0; left--) {
    const repair = nextRepair(tokens, text, now, guess, tried)
    if (repair === undefined) break
    const then = attempt(repair.tokens, comments, text, start, fixed)
    if (!helps(repair, now, then)) continue
    tokens = repair.tokens
    say(repair, fixed)
    now = attempt(tokens, comments, text, start, fixed)
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
  comments: readonly IToken[],
  text: string,
  start: StartRule,
  fixed: readonly Fault[],
): Attempt {
  const paired = pairBrackets(tokens, comments, text)
  const parsed = parseTokens(paired.tokens, start)
  // What a token of another language stands for is a guess: that the parser cannot use it there says nothing new.
  const guessed = new Set(fixed.filter(({ kind }) => kind === 'foreign').map((fault) => fault.start))
  const stumbled = parsed.faults.filter((fault) => !guessed.has(fault.start))
  // A repaired word casts no doubt on what follows it, so it does not hide other faults.
  const doubtful = fixed.filter(isLexical)
  const certain = fixed.filter((fault) => !isLexical(fault))
  // A comment or string without its end has swallowed what would close the brackets.
  const swallowed = certain.some(isEndless)
  const bracketFaults = paired.faults.filter(({ kind }) => !swallowed || kind !== 'unclosed-bracket')
  const faults = independent([...doubtful, ...bracketFaults, ...stumbled], parsed.cst, paired.declarations)
  const all = [...certain, ...faults].sort((a, b) => a.start - b.start)
  return { cst: parsed.cst, syntax: stumbled, faults: all }
}

const isLexical = (fault: Fault): boolean =>
  fault.kind === 'unexpected-text' || fault.kind === 'unterminated-string'

const isEndless = (fault: Fault): boolean =>
  fault.kind === 'foreign' &&
  ((fault.form === 'block-comment' && !fault.found.endsWith('*/')) ||
    (fault.form === 'triple-quotes' && !/^"""[^]*"""$/.test(fault.found)))

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

/** The first of each form, with how often it comes again: who writes `;` once writes it everywhere. */
function foreignFaults({ foreign }: Lexed): Fault[] {
  const forms = [...new Set(foreign.map(({ form }) => form))]
  return forms.flatMap((form): Fault[] => {
    const [first, ...others] = foreign.filter((one) => one.form === form)
    if (first === undefined) return []
    const { image: found, startOffset: start } = first.token
    return [{ kind: 'foreign', form, start, end: endOf(first.token), found, again: others.length }]
  })
}

/** A name or a form is reported once however often it comes, and `y += x` not also for its lack of a `let`. */
function say({ fault, from, until }: Repair, fixed: Fault[]): void {
  const same = fixed.findIndex((before) => isSame(before, fault))
  const before = fixed[same]
  if (before?.kind === 'foreign') fixed[same] = { ...before, again: before.again + 1 }
  const within = (one: Fault): boolean => one.kind === 'foreign' && one.start >= from && one.start < until
  const isSaid = fault.kind === 'foreign' && fault.form === 'assignment' && fixed.some(within)
  if (before === undefined && !isSaid) fixed.push(fault)
}

function isSame(a: Fault, b: Fault): boolean {
  if (a.kind === 'reserved-name') return b.kind === 'reserved-name' && a.word === b.word
  return a.kind === 'foreign' && b.kind === 'foreign' && a.form === b.form
}

const operands = new Set([Identifier, NumberLiteral, RightParen, RightBracket])

function divisorsOf({ tokens, comments }: Lexed, text: string): readonly IToken[] {
  const ends = new Map(tokens.filter((one) => operands.has(one.tokenType)).map((one) => [endOf(one), one]))
  return comments.filter(({ image, startOffset }) => {
    const before = text.slice(0, startOffset).trimEnd().length
    return (
      /^\/\/[ \t]*\d+[ \t]*$/.test(image) &&
      ends.has(before) &&
      !text.slice(before, startOffset).includes('\n')
    )
  })
}

function comment(token: IToken): Comment {
  return { text: token.image, start: token.startOffset, end: token.startOffset + token.image.length }
}
