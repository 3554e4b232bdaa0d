// Statements that name tensors, one or a family of them, each of which may have an `if`: outputs, and what is kept.
import { childScope } from '../../ir/scope.ts'
import type { KeepStmt, OutputStmt } from '../../syntax/ast.ts'
import { forEachBinding } from '../expressions/bindings.ts'
import { truth, wholeNumber } from '../expressions/typed.ts'
import { nest } from '../values/env.ts'
import type { Env } from '../values/values.ts'

/** Visits every member whose condition holds, in order, with its name (`ds[1]`) and an environment whose scope has that name. */
export function forEachMember(
  statement: OutputStmt | KeepStmt,
  what: string,
  env: Env,
  visit: (name: string, at: Env) => void,
): void {
  const { indices, clause, condition } = statement
  const one = (at: Env): boolean => {
    const index = (indices ?? []).flatMap((expr) => wholeNumber(expr, at, `the index of ${what}`) ?? [])
    const name = index.length === 0 ? statement.name.name : `${statement.name.name}[${index.join(',')}]`
    if (condition === undefined || truth(condition, at, `the condition of ${what}`) === true)
      visit(name, nest(at, { scope: childScope(env.scope, name) }))
    return true
  }
  if (clause === undefined) one(nest(env))
  else forEachBinding(clause, env, one)
}
