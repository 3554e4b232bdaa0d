// Declared types of parameters against values.
import type { TypeExpr } from '../../syntax/ast.ts'
import { operatorTables } from './operator-tables.ts'
import type { Value, Words } from './values.ts'

/** The names a `NamedType` may have. `axis`, `init` and `padding` are what operators' arguments of these names take; `any` is everything. */
export const typeNames = [
  'int',
  'float',
  'bool',
  'string',
  'block',
  'fn',
  'tensor',
  'axis',
  'init',
  'padding',
  'any',
] as const
type TypeName = (typeof typeNames)[number]

export const isTypeName = (name: string): name is TypeName => (typeNames as readonly string[]).includes(name)

const attributeWords = (operator: string, attribute: string): ReadonlySet<string> =>
  operatorTables.get(operator)?.words.get(attribute) ?? new Set()

/** Words that a bare name means where a parameter of the type is given. */
const typeWords: ReadonlyMap<string, ReadonlySet<string>> = new Map([
  ['axis', attributeWords('concat', 'axis')],
  ['init', attributeWords('conv', 'init')],
  ['padding', attributeWords('conv', 'padding')],
])

export const noWords: Words = new Set()

/** The words of a declared type, those of all its alternatives together. */
export function wordsOfType(type: TypeExpr | undefined): Words {
  if (type === undefined || type.kind === 'ListType') return noWords
  if (type.kind === 'NamedType') return typeWords.get(type.name) ?? noWords
  return new Set(type.options.flatMap((option) => [...wordsOfType(option)]))
}

export function showType(type: TypeExpr): string {
  switch (type.kind) {
    case 'NamedType':
      return type.name
    case 'ListType':
      return `[${showType(type.item)}]`
    case 'UnionType':
      return type.options.map(showType).join(' | ')
  }
}

/** Whether the value may stand where the type is declared. Ints stand for floats; symbolic extents stand for ints. */
export function fits(value: Value, type: TypeExpr): boolean {
  if (value.kind === 'invalid') return true // Reported.
  switch (type.kind) {
    case 'NamedType':
      return fitsName(value, type.name)
    case 'ListType':
      return value.kind === 'list' && value.items.every((item) => fits(item, type.item))
    case 'UnionType':
      return type.options.some((option) => fits(value, option))
  }
}

const isWord = (value: Value): boolean => value.kind === 'term' || value.kind === 'string'

function fitsName(value: Value, name: string): boolean {
  if (value.kind === 'invalid') return true
  if (!isTypeName(name)) return true // Reported where the type is declared.
  switch (name) {
    case 'any':
      return true
    case 'int':
      return value.kind === 'int' || value.kind === 'dim'
    case 'float':
      return value.kind === 'float' || value.kind === 'int'
    case 'fn':
      return value.kind === 'function' || value.kind === 'builtin'
    case 'axis':
      return value.kind === 'int' || isWord(value)
    case 'init':
      return isWord(value)
    case 'padding':
      return isWord(value) || value.kind === 'int' || value.kind === 'list'
    case 'bool':
    case 'string':
    case 'block':
    case 'tensor':
      return value.kind === name
  }
}
