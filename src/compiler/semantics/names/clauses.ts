// Indices and `for` clauses: the names that they bind, for the rules of families.
import type { Expr, ForClause } from '../../syntax/ast.ts'
import type { Span } from '../../text/source.ts'
import { expr } from './expressions.ts'
import { type Names, add, inside } from './name-table.ts'

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

export function bindings(clause: ForClause, names: Names): Names {
  let inner = names
  const before = new Map<string, Span>()
  for (const { name, range } of clause.bindings) {
    expr(range, inner)
    inner = inside(inner)
    add(inner, name)
    const first = before.get(name.name)
    if (first === undefined) before.set(name.name, name.span)
    else
      inner.bag.report(
        'duplicate-name',
        name.span,
        { name: name.name, kind: 'binding' },
        { related: [{ span: first, message: 'first declared here' }] },
      )
  }
  if (clause.condition !== undefined) expr(clause.condition, inner)
  return inner
}
