// Conditions: what is evaluated depends on them.
import type { BinaryExpr, ConditionalExpr } from '../../syntax/ast.ts'
import { evaluate } from '../values/evaluation.ts'
import { bool, invalid, type Env, type Value, type Words } from '../values/values.ts'
import { truth } from './typed.ts'

export function logical(expr: BinaryExpr, env: Env): Value {
  const left = truth(expr.left, env, `the left of \`${expr.operator}\``)
  if (left === undefined) return invalid
  if (expr.operator === 'and' ? !left : left) return bool(left)
  const right = truth(expr.right, env, `the right of \`${expr.operator}\``)
  return right === undefined ? invalid : bool(right)
}

export function conditional(expr: ConditionalExpr, env: Env, words: Words | undefined): Value {
  const condition = truth(expr.condition, env, 'the condition of `? :`')
  if (condition === undefined) return invalid
  return evaluate(condition ? expr.whenTrue : expr.whenFalse, env, words)
}
