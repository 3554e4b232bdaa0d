// Lists, ranges and comprehensions.
import { problem } from '../../diagnostics/diagnostic.ts'
import type { ComprehensionExpr, Expr, ListExpr, RangeExpr } from '../../syntax/ast.ts'
import { evaluate } from '../values/evaluation.ts'
import { bounded, charge, report } from '../values/session.ts'
import { showValue, typeName } from '../values/show.ts'
import { int, invalid, list, type Env, type Value, type Words } from '../values/values.ts'
import { forEachBinding } from './bindings.ts'
import { wholeNumber } from './typed.ts'

export function listValue(expr: ListExpr, env: Env, words: Words | undefined): Value {
  const items: Value[] = []
  for (const item of expr.items) {
    if (item.kind === 'EntryItem') {
      report(env, item.span, problem('entry-outside-settings', {}))
      return invalid
    }
    if (item.kind !== 'SpreadItem') {
      items.push(evaluate(item, env, words))
      continue
    }
    const spread = evaluate(item.value, env, words)
    if (spread.kind === 'list') for (const one of spread.items) items.push(one)
    else if (spread.kind === 'invalid') return invalid
    else {
      report(
        env,
        item.span,
        problem('wrong-type', {
          what: 'a spread',
          expected: 'a list',
          actual: typeName(spread),
          value: showValue(spread),
        }),
      )
      return invalid
    }
  }
  return items.some((item) => item.kind === 'invalid') ? invalid : bounded(list(items), env, expr.span)
}

export function range(expr: RangeExpr, env: Env): Value {
  const from = wholeNumber(expr.from, env, 'the start of a range')
  const to = wholeNumber(expr.to, env, 'the end of a range')
  if (from === undefined || to === undefined) return invalid
  const length = Math.max(0, to - from + (expr.inclusive ? 1 : 0))
  const limit = env.session.limits.listLength
  if (length > limit) {
    report(env, expr.span, problem('value-too-large', { what: `a list of ${length} items`, limit }))
    return invalid
  }
  if (!charge(env, expr.span, length)) return invalid
  return list(Array.from({ length }, (_, k) => int(from + k)))
}

export function comprehension(expr: ComprehensionExpr, env: Env, words: Words | undefined): Value {
  const { body } = expr
  if (body.kind === 'EntryItem') {
    report(env, body.span, problem('entry-outside-settings', {}))
    return invalid
  }
  return words === undefined || words.size === 0
    ? env.session.lists.give(expr, env, () => itemsOf(expr, body, env, words))
    : itemsOf(expr, body, env, words)
}

function itemsOf(expr: ComprehensionExpr, body: Expr, env: Env, words: Words | undefined): Value {
  const items: Value[] = []
  const done = forEachBinding(expr.clause, env, (inner) => {
    const item = evaluate(body, inner, words)
    items.push(item)
    return item.kind !== 'invalid' && items.length <= env.session.limits.listLength
  })
  if (!done && items.length > env.session.limits.listLength) return bounded(list(items), env, expr.span)
  return done ? bounded(list(items), env, expr.span) : invalid
}
