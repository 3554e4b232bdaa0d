// The grammar's productions as small plain trees, read from the parser: what the EBNF and the diagrams are drawn from.
import type { ISerializedGast } from 'chevrotain'
import { expectedWords } from '../../grammar/expected.ts'
import { shortcut, WeftParser } from '../../grammar/parser.ts'

export type Production =
  | { readonly kind: 'literal'; readonly text: string }
  | { readonly kind: 'class'; readonly name: string }
  | { readonly kind: 'rule'; readonly name: string }
  | { readonly kind: 'sequence'; readonly parts: readonly Production[] }
  | { readonly kind: 'choice'; readonly options: readonly Production[] }
  | { readonly kind: 'optional'; readonly body: Production }
  | { readonly kind: 'repeat'; readonly body: Production }

export interface NamedRule {
  readonly name: string
  readonly body: Production
}

/** How the reference names the tokens that are not fixed texts, and what they look like. */
export const tokenClasses: Readonly<Record<string, string>> = {
  NAME: 'a letter or "_", then letters, digits and "_"; not a reserved word',
  WORD: 'a NAME or a reserved word',
  NUMBER:
    'digits [ "." digits ] [ ( "e" | "E" ) [ "+" | "-" ] digits ] [ "%" | "K" | "M" | "G" | "T" | "KiB" | "MiB" | "GiB" | "TiB" ]',
  STRING:
    '\'"\' { any character of the line but \'"\' and "\\\\" | "\\\\" ( \'"\' | "\\\\" | "n" | "t" ) } \'"\'',
}

const classOf: Readonly<Record<string, string>> = {
  Identifier: 'NAME',
  Word: 'WORD',
  NumberLiteral: 'NUMBER',
  StringLiteral: 'STRING',
}

/** Every rule in the order of the grammar. */
export function grammarRules(): readonly NamedRule[] {
  const parser = new WeftParser(expectedWords, { recovers: true, validates: true })
  return parser.getSerializedGastProductions().map((rule) => ({ name: nameOf(rule), body: sequence(rule) }))
}

interface Gast extends ISerializedGast {
  readonly name?: string
  readonly label?: string
}

const nameOf = (gast: Gast): string => gast.name ?? ''

/** A way to the same tree by fewer rules says nothing of the language. */
function isShortcut({ type, definition = [] }: Gast): boolean {
  const [only]: readonly Gast[] = definition
  return type === 'Option' && only?.label === shortcut
}

function sequence(gast: Gast): Production {
  const parts = (gast.definition ?? []).filter((part) => !isShortcut(part)).map(production)
  const [only] = parts
  return parts.length === 1 && only !== undefined ? only : { kind: 'sequence', parts }
}

function production(gast: Gast): Production {
  switch (gast.type) {
    case 'Terminal':
      return terminal(gast)
    case 'NonTerminal':
      return { kind: 'rule', name: nameOf(gast) }
    case 'Alternation':
      return { kind: 'choice', options: (gast.definition ?? []).map(sequence) }
    case 'Option':
      return { kind: 'optional', body: sequence(gast) }
    case 'Repetition':
      return { kind: 'repeat', body: sequence(gast) }
    case 'Alternative':
      return sequence(gast)
    default:
      throw new Error(`the grammar uses ${gast.type}, which its reference cannot show`)
  }
}

function terminal(gast: Gast): Production {
  const name = classOf[nameOf(gast)]
  if (name !== undefined) return { kind: 'class', name }
  return { kind: 'literal', text: (gast.label ?? '').replace(/^`|`$/g, '') }
}
