// Expressions that must be of one type where they stand.
import { problem } from '../../diagnostics/diagnostic.ts'
import type { Expr } from '../../syntax/ast.ts'
import { evaluate } from '../values/evaluation.ts'
import { report } from '../values/session.ts'
import { showValue, typeName } from '../values/show.ts'
import type { Env } from '../values/values.ts'

/** An int, or undefined after a report. */
export function wholeNumber(expr: Expr, env: Env, what: string): number | undefined {
  const value = evaluate(expr, env)
  if (value.kind === 'int') return value.value
  if (value.kind !== 'invalid') {
    report(
      env,
      expr.span,
      problem('wrong-type', { what, expected: 'int', actual: typeName(value), value: showValue(value) }),
    )
  }
  return undefined
}

/** A bool, or undefined after a report. */
export function truth(expr: Expr, env: Env, what: string): boolean | undefined {
  const value = evaluate(expr, env)
  if (value.kind === 'bool') return value.value
  if (value.kind !== 'invalid') {
    report(
      env,
      expr.span,
      problem('wrong-type', { what, expected: 'bool', actual: typeName(value), value: showValue(value) }),
    )
  }
  return undefined
}
