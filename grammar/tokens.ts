// The tokens of Weft. Labels are the words in which messages and the reference speak of a token.
import type { ITokenConfig, TokenType } from 'chevrotain'
import { createToken, Lexer } from './chevrotain.ts'

// ---------------------------------------------------------------- words

/** Any word, reserved or not: what may stand before the `=` of an argument or a setting. */
export const Word = createToken({ name: 'Word', pattern: Lexer.NA, label: 'a name' })

export const Identifier = createToken({
  name: 'Identifier',
  pattern: /[A-Za-z_][A-Za-z0-9_]*/,
  categories: [Word],
  label: 'a name',
})

function word(text: string, category: TokenType): TokenType {
  const name = text.charAt(0).toUpperCase() + text.slice(1)
  return createToken({
    name,
    pattern: text,
    longer_alt: Identifier,
    categories: [category],
    label: `\`${text}\``,
  })
}
/** A word that cannot be a name. */
const reserved = (text: string): TokenType => word(text, Word)
/** A word with a meaning in one place only; a name everywhere else. */
const contextual = (text: string): TokenType => word(text, Identifier)

export const Import = reserved('import')
export const Fn = reserved('fn')
export const Block = reserved('block')
export const Network = reserved('network')
export const Let = reserved('let')
export const Share = reserved('share')
export const In = reserved('in')
export const Out = reserved('out')
export const Input = reserved('input')
export const Output = reserved('output')
export const Aux = reserved('aux')
export const Budget = reserved('budget')
export const Assert = reserved('assert')
export const Train = reserved('train')
export const For = reserved('for')
export const If = reserved('if')
export const Backbone = reserved('backbone')
export const Fusion = reserved('fusion')
export const Edge = reserved('edge')
export const Fuse = reserved('fuse')
export const Sparsity = reserved('sparsity')
export const And = reserved('and')
export const Or = reserved('or')
export const Not = reserved('not')
export const Div = reserved('div')
export const True = reserved('true')
export const False = reserved('false')
export const Exists = reserved('exists')

export const From = contextual('from')
export const As = contextual('as')
export const On = contextual('on')
export const Node = contextual('node')
export const Level = contextual('level')
export const Steps = contextual('steps')
export const Epochs = contextual('epochs')
export const Results = contextual('results')
export const At = contextual('at')
export const Keep = contextual('keep')
export const Run = contextual('run')

// prettier-ignore
export const reservedWords: readonly TokenType[] = [
  Import, Fn, Block, Network, Let, Share, In, Out, Input, Output, Aux, Budget, Assert, Train, For, If, Backbone,
  Fusion, Edge, Fuse, Sparsity, And, Or, Not, Div, True, False, Exists,
]
// prettier-ignore
export const contextualWords: readonly TokenType[] = [
  From, As, On, Node, Level, Steps, Epochs, Results, At, Keep, Run,
]

// ---------------------------------------------------------------- literals

/**
 * `48`, `1.5`, `1e-5`, `80%`, `12M`, `24GiB`. The suffix takes every letter that follows, so that an unknown one is
 * reported as such; `%` belongs to the number unless an operand follows it directly. `0..4` stops before the range.
 * No `[` within a class: to the engine of TextMate grammars it begins another class.
 */
export const NumberLiteral = createToken({
  name: 'NumberLiteral',
  pattern: /\d+(?:\.\d+)?(?:[eE][+-]?\d+)?(?:%(?![A-Za-z0-9_(]|\[)|[A-Za-z_][A-Za-z0-9_]*)?/,
  label: 'a number',
})
export const StringLiteral = createToken({
  name: 'StringLiteral',
  pattern: /"(?:[^"\\\r\n]|\\.)*"/,
  label: 'a string',
})
/** Ends at the line's end; stands wherever a string may, so that the parser does not stumble over it as well. */
export const UnterminatedString = createToken({
  name: 'UnterminatedString',
  pattern: /"(?:[^"\\\r\n]|\\.)*\\?/,
  categories: [StringLiteral],
  label: 'a string',
})

// ---------------------------------------------------------------- symbols

const symbol = (name: string, text: string): TokenType =>
  createToken({ name, pattern: text, label: `\`${text}\`` })

export const Arrow = symbol('Arrow', '->')
export const Spread = symbol('Spread', '...')
export const RangeExclusive = symbol('RangeExclusive', '..<')
export const RangeInclusive = symbol('RangeInclusive', '..')
export const Dot = symbol('Dot', '.')
export const Comma = symbol('Comma', ',')
export const Colon = symbol('Colon', ':')
export const Question = symbol('Question', '?')
export const EqualEqual = symbol('EqualEqual', '==')
export const NotEqual = symbol('NotEqual', '!=')
export const LessEqual = symbol('LessEqual', '<=')
export const GreaterEqual = symbol('GreaterEqual', '>=')
export const Less = symbol('Less', '<')
export const Greater = symbol('Greater', '>')
export const Equals = symbol('Equals', '=')
export const Bar = symbol('Bar', '|')
export const Plus = symbol('Plus', '+')
export const Minus = symbol('Minus', '-')
export const Star = symbol('Star', '*')
export const Slash = symbol('Slash', '/')
export const Percent = symbol('Percent', '%')
export const Caret = symbol('Caret', '^')
export const LeftParen = symbol('LeftParen', '(')
export const RightParen = symbol('RightParen', ')')
export const LeftBracket = symbol('LeftBracket', '[')
export const RightBracket = symbol('RightBracket', ']')
export const LeftBrace = symbol('LeftBrace', '{')
export const RightBrace = symbol('RightBrace', '}')

// ---------------------------------------------------------------- between the tokens

/** Kept beside the token stream: the lowering attaches doc comments by their place, the formatter keeps all comments. */
const comment = (name: string, pattern: RegExp, group: string): ITokenConfig => ({
  name,
  pattern,
  group,
  line_breaks: false,
})

export const DocComment = createToken(comment('DocComment', /\/\/\/(?!\/)[^\r\n]*/, 'docs'))
export const Comment = createToken(comment('Comment', /\/\/[^\r\n]*/, 'comments'))
export const Space = createToken({
  name: 'Space',
  pattern: /[\s\uFEFF]+/,
  group: Lexer.SKIPPED,
  line_breaks: true,
})

/** Longer words first: the lexer would take the `in` of `input` for the beginning of a name. */
const words = [...reservedWords, ...contextualWords].sort((a, b) => b.name.length - a.name.length)

/** In the order in which the lexer tries them. */
// prettier-ignore
export const tokens: readonly TokenType[] = [
  Space, DocComment, Comment,
  ...words, Identifier, Word,
  NumberLiteral, StringLiteral, UnterminatedString,
  Arrow, Spread, RangeExclusive, RangeInclusive, Dot, Comma, Colon, Question,
  EqualEqual, NotEqual, LessEqual, GreaterEqual, Less, Greater, Equals, Bar,
  Plus, Minus, Star, Slash, Percent, Caret,
  LeftParen, RightParen, LeftBracket, RightBracket, LeftBrace, RightBrace,
]
