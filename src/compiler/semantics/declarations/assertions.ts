// `assert` lines: what must hold, and the numbers that break it.
import { problem } from '../../diagnostics/diagnostic.ts'
import type { AssertStmt, Expr, Statement } from '../../syntax/ast.ts'
import { evaluate } from '../values/evaluation.ts'
import { report } from '../values/session.ts'
import { showValue, typeName } from '../values/show.ts'
import type { Env } from '../values/values.ts'

/** Evaluates every `assert` of a body; the first elaboration errors of a network should be these, not what they lead to. */
export function assertionsHold(statements: readonly Statement[], env: Env): boolean {
  let hold = true
  for (const one of statements) if (one.kind === 'AssertStmt') hold = assertionHolds(one, env) && hold
  return hold
}

function assertionHolds(statement: AssertStmt, env: Env): boolean {
  const { condition } = statement
  const value = evaluate(condition, env)
  if (value.kind === 'invalid') return false
  if (value.kind !== 'bool') {
    const parts = {
      what: 'the condition of `assert`',
      expected: 'bool',
      actual: typeName(value),
      value: showValue(value),
    }
    report(env, condition.span, problem('wrong-type', parts))
    return false
  }
  if (!value.value) {
    const parts = { message: statement.message?.value, shown: shownValues(condition, env) }
    report(env, statement.span, problem('assertion-failed', parts))
  }
  return value.value
}

/** Both sides of a comparison, or the arguments of a function, evaluated, so that a failed assertion shows its numbers. */
function shownValues(condition: Expr, env: Env): string | undefined {
  const show = (expr: Expr): string => showValue(evaluate(expr, env))
  if (condition.kind === 'CallExpr' && condition.callee.kind === 'NameExpr') {
    return `${condition.callee.name}(${condition.args.map((one) => show(one.value)).join(', ')})`
  }
  if (condition.kind !== 'BinaryExpr' || condition.operator === 'or') return undefined
  const { left, operator, right } = condition
  if (operator !== 'and') return `${show(left)} ${operator} ${show(right)}`
  const first = evaluate(left, env)
  return shownValues(first.kind === 'bool' && first.value ? right : left, env)
}
