// Names and literal numbers in expressions.
import { problem } from '../../diagnostics/diagnostic.ts'
import type { NameExpr, NumberLiteral } from '../../syntax/ast.ts'
import { suggest } from '../../text/suggest.ts'
import { argumentOf } from '../values/argument-file.ts'
import { force } from '../values/demands.ts'
import { lookup, visibleNames } from '../values/env.ts'
import { report, unknownKey } from '../values/session.ts'
import { float, int, invalid, type Env, type Value, type Words } from '../values/values.ts'

export function numberValue(literal: NumberLiteral): Value {
  return literal.type === 'int' ? int(literal.value) : float(literal.value)
}

export function nameValue(expr: NameExpr, env: Env, words: Words | undefined): Value {
  if (words?.has(expr.name) === true)
    return { kind: 'term', word: expr.name, positional: [], named: new Map() }
  const slot = lookup(env, expr.name)
  if (slot !== undefined) return placed(force(env, slot, expr.span), expr)
  if (env.session.look !== undefined) return invalid
  const key = unknownKey(expr.span.file, expr.name)
  const { unknownNames } = env.session
  if (unknownNames.has(key)) {
    env.session.silenced = true
    return invalid
  }
  unknownNames.add(key)
  report(
    env,
    expr.span,
    problem('unknown-name', {
      name: expr.name,
      suggestion:
        suggest(expr.name, words?.size ? words : visibleNames(env)) ?? suggest(expr.name, visibleNames(env)),
      words: [...(words ?? [])],
      argument: argumentOf(expr.span.file),
    }),
  )
  return invalid
}

/** A block that is named stands where its name does: that is where its operators will be said to come from. */
function placed(value: Value, expr: NameExpr): Value {
  return value.kind === 'block' && value.form === 'configured' ? { ...value, span: expr.span } : value
}
