// Families: what the indices of a rule see, and the name that several rules share.
import type { Expr, ForClause, Ident, LetStmt, UnpackStmt } from '../../syntax/ast.ts'
import type { Span } from '../../text/source.ts'
import { bindings, expr } from './expressions.ts'
import { add, link, type Names } from './name-table.ts'

export interface Rule {
  readonly span: Span
  readonly indices?: readonly Expr[]
  readonly clause?: ForClause
}

/** Indices see what the clause binds. */
export function rule({ span, indices, clause }: Rule, names: Names, resolve: (inner: Names) => void): void {
  const inner = clause === undefined ? names : bindings(clause, names, span)
  for (const one of indices ?? []) expr(one, inner)
  resolve(inner)
}

export type Let = LetStmt | UnpackStmt

export const isLet = (one: { readonly kind: string }): one is Let =>
  one.kind === 'LetStmt' || one.kind === 'UnpackStmt'

/** What the value of a `let` sees: its indices, where it has some. */
export function letValue(statement: Let, names: Names): void {
  if (statement.kind === 'UnpackStmt') expr(statement.value, names)
  else rule(statement, names, (inner) => expr(statement.value, inner))
}

/** The names of a list's items; `_` names nothing. */
export function declareUnpacked({ pattern }: UnpackStmt, names: Names, role?: string): void {
  for (const one of pattern.names) if (one.name !== '_') add(names, one, role)
}

/** Several rules of one family share their name; a plain `let` may not. */
export function declareLetNames(lets: readonly Let[], names: Names): void {
  const families = new Map<string, Span>()
  for (const one of lets) {
    if (one.kind === 'UnpackStmt') {
      declareUnpacked(one, names, 'let')
      continue
    }
    declareRule(one, names, families, 'let')
  }
}

/** The first rule of a family declares its name, and the others use it. */
export function declareRule(
  one: { readonly name: Ident; readonly indices?: readonly Expr[] },
  names: Names,
  families: Map<string, Span>,
  role?: string,
): void {
  const first = one.indices === undefined ? undefined : families.get(one.name.name)
  if (first !== undefined) {
    link(names, one.name.span, first)
    return
  }
  if (one.indices !== undefined) families.set(one.name.name, one.name.span)
  add(names, one.name, role)
}
