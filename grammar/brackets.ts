// Pairs brackets before parsing: closes what was left open at the next statement or declaration, and drops what closes
// nothing. The parser then sees balanced brackets, so that one bracket too few costs one message and not the rest of the file.
import type { IToken, TokenType } from 'chevrotain'
import { createTokenInstance } from './chevrotain.ts'
import { enclosed } from './enclosed.ts'
import type { BracketFault } from './faults.ts'
import { beginsLine, endOf, indentAt, isWord } from './places.ts'
import * as t from './tokens.ts'

export interface Paired {
  readonly tokens: readonly IToken[]
  readonly faults: readonly BracketFault[]
  /** Offsets at which declarations begin. */
  readonly declarations: readonly number[]
}

const closerOf = new Map<TokenType, TokenType>([
  [t.LeftParen, t.RightParen],
  [t.LeftBracket, t.RightBracket],
  [t.LeftBrace, t.RightBrace],
])
const closers = new Set(closerOf.values())

// prettier-ignore
const statementWords = new Set([
  t.Let, t.Share, t.Out, t.Input, t.Output, t.Aux, t.Budget, t.Assert, t.Backbone, t.Fusion, t.Edge, t.Fuse, t.Sparsity,
])
const declarationWords = new Set([t.Import, t.Fn, t.Block, t.Network, t.Train])
/** Words that carry on an expression or a clause, so that a line may begin with them inside brackets. */
const continuing = new Set([t.For, t.If, t.In, t.And, t.Or, t.Not, t.Div, t.As, t.From, t.On, t.At])
/** After a word, these show it to be a name or an argument's name, reserved or not. */
const followsName = new Set([t.Equals, t.Comma, t.RightParen, t.RightBracket])
const literals = new Set([t.NumberLiteral, t.StringLiteral, t.UnterminatedString])

/** How many tokens further the closing bracket of a list is looked for. */
const LOOKAHEAD = 200

const endsOperand = (token: IToken | undefined): boolean =>
  token !== undefined &&
  (closers.has(token.tokenType) ||
    literals.has(token.tokenType) ||
    (isWord(token) && !continuing.has(token.tokenType)))

export function pairBrackets(tokens: readonly IToken[], comments: readonly IToken[], text: string): Paired {
  return new Pairing(tokens, comments, text).run()
}

class Pairing {
  readonly #tokens: readonly IToken[]
  readonly #comments: readonly IToken[]
  readonly #text: string
  readonly #paired: IToken[] = []
  readonly #faults: BracketFault[] = []
  readonly #declarations: number[] = []
  readonly #open: IToken[] = []
  readonly #enclosed: readonly boolean[]
  /** Where the last unterminated string begins. */
  #swallowedUntil = -1

  constructor(tokens: readonly IToken[], comments: readonly IToken[], text: string) {
    this.#tokens = tokens
    this.#comments = comments
    this.#text = text
    this.#enclosed = enclosed(tokens, statementWords, followsName)
  }

  run(): Paired {
    this.#tokens.forEach((token, index) => this.#take(token, index))
    while (this.#open.length > 0) this.#closeInnermost()
    return { tokens: this.#paired, faults: this.#faults, declarations: this.#declarations }
  }

  #take(token: IToken, index: number): void {
    if (this.#startsDeclaration(token, index)) {
      while (this.#open.length > 0) this.#closeInnermost()
      this.#declarations.push(token.startOffset)
    } else if (this.#startsStatement(token, index)) {
      this.#closeRound()
    }
    if (token.tokenType === t.UnterminatedString) this.#swallowedUntil = token.startOffset
    if (closers.has(token.tokenType)) this.#close(token, index)
    else {
      if (token.tokenType === t.LeftBrace) this.#closeRound()
      if (closerOf.has(token.tokenType)) this.#open.push(token)
      this.#paired.push(token)
    }
  }

  #close(token: IToken, index: number): void {
    if (token.tokenType === t.RightBrace) this.#closeRound()
    const opener = this.#open.at(-1)
    if (opener === undefined) return this.#drop(token)
    if (closerOf.get(opener.tokenType) === token.tokenType) {
      this.#open.pop()
      this.#paired.push(token)
    } else if (this.#opensAround(token)) {
      this.#closeInnermost()
      this.#close(token, index)
    } else if (opener.tokenType === t.LeftBrace || this.#isClosedLater(opener, index)) {
      this.#drop(token)
    } else {
      this.#replace(token, opener)
    }
  }

  /** Whether an opener that `token` closes lies further out, with only round and square brackets between. */
  #opensAround(token: IToken): boolean {
    for (let at = this.#open.length - 1; at >= 0; at--) {
      const type = this.#open[at]?.tokenType
      if (type === undefined || type === t.LeftBrace) return false
      if (closerOf.get(type) === token.tokenType) return true
    }
    return false
  }

  /** Whether the bracket finds its own closing one after this place, so that what stands here is one too many. */
  #isClosedLater(opener: IToken, index: number): boolean {
    const closer = closerOf.get(opener.tokenType)
    let depth = 1
    for (const { tokenType } of this.#tokens.slice(index + 1, index + 1 + LOOKAHEAD)) {
      if (tokenType === t.LeftBrace || tokenType === t.RightBrace || declarationWords.has(tokenType))
        return false
      if (tokenType === opener.tokenType) depth++
      if (tokenType === closer) depth--
      if (depth === 0) return true
    }
    return false
  }

  /** Closes what is open inside the innermost brace. */
  #closeRound(): void {
    for (let top = this.#open.at(-1); top && top.tokenType !== t.LeftBrace; top = this.#open.at(-1)) {
      this.#closeInnermost()
    }
  }

  #closeInnermost(): void {
    const opener = this.#open.pop()
    const type = opener && closerOf.get(opener.tokenType)
    if (opener === undefined || type === undefined) return
    const close = type.PATTERN as string
    // An unterminated string has swallowed the closing bracket; it is reported itself.
    const isSwallowed = type !== t.RightBrace && opener.startOffset < this.#swallowedUntil
    if (!isSwallowed) this.#fault(opener, close)
    const last = this.#paired.at(-1)
    this.#paired.push(emptyToken(type, last === undefined ? 0 : endOf(last)))
  }

  #fault(opener: IToken, close: string): void {
    const place = { start: opener.startOffset, end: endOf(opener) }
    const comment = this.#commentWith(close, opener)
    const hidden = comment && { comment: { start: comment.startOffset, end: endOf(comment) } }
    this.#faults.push({ kind: 'unclosed-bracket', ...place, open: opener.image, close, ...hidden })
  }

  /** The comment after a round or square bracket that has what would close it. */
  #commentWith(close: string, opener: IToken): IToken | undefined {
    const last = this.#paired.at(-1)
    if (close === '}' || last === undefined) return undefined
    const lineEnd = this.#text.indexOf('\n', endOf(last))
    return this.#comments.find(({ startOffset, image }) => {
      const isInside = startOffset > opener.startOffset && (lineEnd === -1 || startOffset < lineEnd)
      return isInside && count(image, close) > count(image, opener.image)
    })
  }

  #drop(token: IToken): void {
    this.#faults.push({
      kind: 'unmatched-bracket',
      start: token.startOffset,
      end: endOf(token),
      close: token.image,
    })
  }

  #replace(token: IToken, opener: IToken): void {
    this.#open.pop()
    const type = closerOf.get(opener.tokenType) ?? token.tokenType
    this.#paired.push({ ...token, tokenType: type, tokenTypeIdx: type.tokenTypeIdx ?? 0 })
    this.#faults.push({
      kind: 'mismatched-bracket',
      start: token.startOffset,
      end: endOf(token),
      found: token.image,
      open: opener.image,
      close: type.PATTERN as string,
      openStart: opener.startOffset,
    })
  }

  #startsDeclaration(token: IToken, index: number): boolean {
    const next = this.#tokens[index + 1]
    if (this.#isNested(token) || (this.#isInBody() && this.#enclosed[index] === true)) return false
    if (token.tokenType === t.Results && this.#tokens[index + 2]?.tokenType === t.For)
      return isWord(next) && this.#beginsLine(index)
    if (!declarationWords.has(token.tokenType)) return this.#looksLikeDeclaration(token, index)
    if (next?.tokenType === t.LeftBrace) return token.tokenType === t.Import
    if (!isWord(next)) return false
    return this.#beginsLine(index) || this.#open.length === 0
  }

  #isInBody(): boolean {
    return this.#open.some(({ tokenType }) => tokenType === t.LeftBrace)
  }

  /** Indented further than the body around it: it belongs elsewhere, but the body goes on after it. */
  #isNested(token: IToken): boolean {
    const brace = this.#open.findLast(({ tokenType }) => tokenType === t.LeftBrace)
    return brace !== undefined && this.#indent(token) > this.#indent(brace)
  }

  /** Two words at the left margin, outside all brackets: `let`, or a misspelt word that should begin a declaration. */
  #looksLikeDeclaration(token: IToken, index: number): boolean {
    if (this.#open.length > 0 || !isWord(token) || !isWord(this.#tokens[index + 1])) return false
    return this.#beginsLine(index) && this.#indent(token) === 0
  }

  /** Inside round or square brackets: whether this token can only be the beginning of what follows the statement. */
  #startsStatement(token: IToken, index: number): boolean {
    const opener = this.#open.at(-1)
    if (opener === undefined || opener.tokenType === t.LeftBrace || !this.#beginsLine(index)) return false
    if (!isWord(token) || continuing.has(token.tokenType)) return false
    const next = this.#tokens[index + 1]
    if (statementWords.has(token.tokenType) && next !== undefined && !followsName.has(next.tokenType))
      return true
    return endsOperand(this.#tokens[index - 1]) && this.#indent(token) <= this.#indent(opener)
  }

  #beginsLine(index: number): boolean {
    return beginsLine(this.#tokens, index, this.#text)
  }

  #indent({ startOffset }: IToken): number {
    return indentAt(this.#text, startOffset)
  }
}

const count = (text: string, part: string): number => text.split(part).length - 1

function emptyToken(type: TokenType, at: number): IToken {
  return createTokenInstance(type, '', at, at - 1, NaN, NaN, NaN, NaN)
}
