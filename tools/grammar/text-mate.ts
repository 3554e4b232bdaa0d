// The TextMate grammar for editors: which words are keywords, what numbers, strings and comments look like.
import type { TokenType } from 'chevrotain'
import {
  Block,
  contextualWords,
  False,
  Fn,
  Import,
  Network,
  NumberLiteral,
  reservedWords,
  Train,
  True,
} from '../../grammar/tokens.ts'

const declarations = [Import, Fn, Block, Network, Train]
const constants = [True, False]

const textOf = (type: TokenType): string => type.PATTERN as string
const anyOf = (types: readonly TokenType[]): string => `\\b(${types.map(textOf).join('|')})\\b`

export function textMateGrammar(): string {
  const statements = reservedWords.filter((type) => !declarations.includes(type) && !constants.includes(type))
  const grammar = {
    comment: 'Generated from grammar/tokens.ts; do not edit.',
    name: 'Weft',
    scopeName: 'source.weft',
    fileTypes: ['weft'],
    patterns: [
      { name: 'comment.line.documentation.weft', match: '///(?!/).*$' },
      { name: 'comment.line.double-slash.weft', match: '//.*$' },
      string,
      declared,
      { name: 'keyword.declaration.weft', match: anyOf(declarations) },
      { name: 'keyword.control.weft', match: anyOf(statements) },
      { name: 'keyword.other.weft', match: anyOf(contextualWords) },
      { name: 'constant.language.weft', match: anyOf(constants) },
      {
        name: 'constant.numeric.weft',
        match: `(?<![A-Za-z0-9_])${(NumberLiteral.PATTERN as RegExp).source}`,
      },
      { name: 'keyword.operator.weft', match: '->|\\.\\.\\.|\\.\\.<?|[=!<>]=|[-+*/%^<>=?:|]' },
      { name: 'entity.name.function.weft', match: '\\b[A-Za-z_][A-Za-z0-9_]*(?=\\s*\\()' },
    ],
  }
  return `${JSON.stringify(grammar, null, 2)}\n`
}

const string = {
  name: 'string.quoted.double.weft',
  begin: '"',
  end: '"|$',
  patterns: [{ name: 'constant.character.escape.weft', match: '\\\\["\\\\nt]' }],
}

const declared = {
  match: '\\b(fn|block|network|train|results|backbone|fusion)\\s+([A-Za-z_][A-Za-z0-9_]*)',
  captures: { 1: { name: 'keyword.declaration.weft' }, 2: { name: 'entity.name.type.weft' } },
}
