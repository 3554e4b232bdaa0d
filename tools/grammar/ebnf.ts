// The grammar as EBNF text: `{ … }` repeats, `[ … ]` may be left out.
import { grammarRules, tokenClasses, type NamedRule, type Production } from './production.ts'

const WIDTH = 110

export function ebnf(): string {
  const rules = grammarRules()
  const header = '(* The grammar of Weft. Generated from grammar/parser.ts; do not edit. *)\n'
  const lexical = Object.entries(tokenClasses).map(([name, words]) => `${name} = ${words} ;`)
  const comments =
    '(* Comments run from "//" to the end of the line; doc comments begin with "///". Line breaks mean nothing. *)'
  return [header, ...rules.map(printRule), '', comments, ...lexical, ''].join('\n')
}

function printRule({ name, body }: NamedRule): string {
  const line = `${name} = ${print(body)} ;`
  if (line.length <= WIDTH || body.kind !== 'choice') return line
  const [first, ...rest] = body.options.map(print)
  return [`${name} = ${first ?? ''}`, ...rest.map((option) => `  | ${option}`)].join('\n') + ' ;'
}

function print(production: Production): string {
  switch (production.kind) {
    case 'literal':
      return `"${production.text}"`
    case 'class':
    case 'rule':
      return production.name
    case 'sequence':
      return production.parts.map(printPart).join(' ')
    case 'choice':
      return production.options
        .map(print)
        .map((option) => (option === '' ? '(* nothing *)' : option))
        .join(' | ')
    case 'optional':
      return `[ ${print(production.body)} ]`
    case 'repeat':
      return `{ ${print(production.body)} }`
  }
}

function printPart(part: Production): string {
  return part.kind === 'choice' ? `( ${print(part)} )` : print(part)
}
