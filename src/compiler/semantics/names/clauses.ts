// Families: what the indices of a rule see, and the name that several rules share.
import type { Expr, ForClause, LetStmt } from '../../syntax/ast.ts'
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

/** Several rules of one family share their name; a plain `let` may not. */
export function declareLetNames(lets: readonly LetStmt[], names: Names): void {
  const families = new Set<string>()
  for (const one of lets) {
    if (one.indices !== undefined && families.has(one.name.name)) continue
    if (one.indices !== undefined) families.add(one.name.name)
    add(names, one.name, 'let')
  }
}
