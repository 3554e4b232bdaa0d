// Families: what the indices of a rule see, and the name that several rules share.
import type { Expr, ForClause, LetStmt, UnpackStmt } from '../../syntax/ast.ts'
import { bindings, expr } from './expressions.ts'
import { add, type Names } from './name-table.ts'

/** Indices see what the clause binds. */
export function rule(
  indices: readonly Expr[] | undefined,
  clause: ForClause | undefined,
  names: Names,
  resolve: (inner: Names) => void,
): void {
  const inner = clause === undefined ? names : bindings(clause, names)
  for (const one of indices ?? []) expr(one, inner)
  resolve(inner)
}

export type Let = LetStmt | UnpackStmt

export const isLet = (one: { readonly kind: string }): one is Let =>
  one.kind === 'LetStmt' || one.kind === 'UnpackStmt'

/** What the value of a `let` sees: its indices, where it has some. */
export function letValue(statement: Let, names: Names): void {
  if (statement.kind === 'UnpackStmt') expr(statement.value, names)
  else rule(statement.indices, statement.clause, names, (inner) => expr(statement.value, inner))
}

/** The names of a list's items; `_` names nothing. */
export function declareUnpacked({ pattern }: UnpackStmt, names: Names, role?: string): void {
  for (const one of pattern.names) if (one.name !== '_') add(names, one, role)
}

/** Several rules of one family share their name; a plain `let` may not. */
export function declareLetNames(lets: readonly Let[], names: Names): void {
  const families = new Set<string>()
  for (const one of lets) {
    if (one.kind === 'UnpackStmt') {
      declareUnpacked(one, names, 'let')
      continue
    }
    if (one.indices !== undefined && families.has(one.name.name)) continue
    if (one.indices !== undefined) families.add(one.name.name)
    add(names, one.name, 'let')
  }
}
