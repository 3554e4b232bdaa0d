// What the parser expected where it stopped, in the language's words. Chevrotain asks for a message; here a message
// is only that phrase, and the fault around it is made in faults.ts's terms by read.ts.
import type { IParserErrorMessageProvider, IToken, TokenType } from 'chevrotain'
import { EOF } from './chevrotain.ts'
import { RightBrace, RightBracket, RightParen, Comma } from './tokens.ts'

/** What else may stand where a rule's closing brace may. */
const members: Readonly<Record<string, string>> = {
  body: 'a statement',
  settings: 'a setting',
  resultsDecl: 'a result',
  backboneStmt: '`level`, `let`',
  fusionStmt: '`node`, `let`, `sparsity`',
  nodeBody: '`edge`, `let`, `fuse`',
}

/** What may stand in a list after its comma. */
const items: Readonly<Record<string, string>> = {
  importDecl: 'a name',
  params: 'a parameter',
  arguments: 'an argument',
  list: 'an expression',
  indices: 'an expression',
}

function expectation(expected: TokenType, previous: IToken | undefined, rule: string): string {
  if (expected === EOF) return atEnd(rule)
  const label = expected.LABEL ?? expected.name
  const closesList = expected === RightParen || expected === RightBracket || expected === RightBrace
  const item = items[rule]
  if (closesList && item !== undefined) {
    return previous?.tokenType === Comma ? `${item} or ${label}` : `\`,\` or ${label}`
  }
  const member = members[rule]
  return expected === RightBrace && member !== undefined ? `${member} or ${label}` : label
}

const atEnd = (rule: string): string =>
  rule === 'file' ? 'a declaration' : 'an operator or the end of the expression'

export const expectedWords: IParserErrorMessageProvider = {
  buildMismatchTokenMessage: ({ expected, previous, ruleName }) => expectation(expected, previous, ruleName),
  buildNotAllInputParsedMessage: ({ ruleName }) => atEnd(ruleName),
  buildNoViableAltMessage: ({ customUserDescription }) => customUserDescription ?? 'something else',
  buildEarlyExitMessage: ({ customUserDescription }) => customUserDescription ?? 'something else',
}
