// Declared types of parameters against values.
import type { TypeExpr } from '../syntax/ast.ts'
import type { Value } from './values.ts'

/** The names a `NamedType` may have. `axis` is a word (`depth`) or an int; `any` is everything. */
export const typeNames = ['int', 'float', 'bool', 'string', 'block', 'fn', 'tensor', 'axis', 'any'] as const
type TypeName = (typeof typeNames)[number]

export const isTypeName = (name: string): name is TypeName => (typeNames as readonly string[]).includes(name)

/** Words that an argument of type `axis` may be. */
export const axisWords: ReadonlySet<string> = new Set(['channel', 'depth', 'height', 'width'])

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
  switch (type.kind) {
    case 'NamedType':
      return fitsName(value, type.name)
    case 'ListType':
      return value.kind === 'list' && value.items.every((item) => fits(item, type.item))
    case 'UnionType':
      return type.options.some((option) => fits(value, option))
  }
}

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
      return value.kind === 'int' || value.kind === 'term' || value.kind === 'string'
    case 'bool':
    case 'string':
    case 'block':
    case 'tensor':
      return value.kind === name
  }
}

/** Whether a bare word may be meant where this type is declared. */
export function takesAxisWord(type: TypeExpr | undefined): boolean {
  if (type === undefined) return false
  if (type.kind === 'UnionType') return type.options.some(takesAxisWord)
  return type.kind === 'NamedType' && type.name === 'axis'
}
