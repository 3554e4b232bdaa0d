// Members of families and items of lists.
import { problem } from '../../diagnostics/diagnostic.ts'
import type { Expr, IndexExpr, StepExpr } from '../../syntax/ast.ts'
import { force } from '../values/demands.ts'
import { lookup } from '../values/env.ts'
import { evaluate } from '../values/evaluation.ts'
import { findMember, memberExists, memberValue } from '../values/families.ts'
import { charge, report } from '../values/session.ts'
import { showValue, typeName } from '../values/show.ts'
import { invalid, list, type Env, type Family, type Value } from '../values/values.ts'
import { wholeNumber } from './typed.ts'

export function index(expr: IndexExpr, env: Env): Value {
  const target = evaluate(expr.target, env)
  if (target.kind === 'invalid') return invalid
  if (target.kind === 'family') return familyMember(target.family, expr, env)
  if (target.kind === 'list') return listItem(target.items, expr, env)
  report(env, expr.span, problem('not-indexable', { actual: typeName(target) }))
  return invalid
}

/** The evaluated int indices of `family[i, j]`, or undefined after a report. */
function memberIndex(expr: IndexExpr, env: Env): number[] | undefined {
  const found: number[] = []
  for (const one of expr.indices) {
    const value = wholeNumber(one, env, 'an index of a family')
    if (value === undefined) return undefined
    found.push(value)
  }
  return found
}

function familyMember(family: Family, expr: IndexExpr, env: Env): Value {
  const at = memberIndex(expr, env)
  if (at === undefined) return invalid
  const member = findMember(family, at, env, expr.span)
  return member === undefined ? invalid : memberValue(member, env, expr.span)
}

/** `encoder.level[i]` is `encoder[i]`, `lattice.node[i, j]` is `lattice[i, j]`: nothing else has parts with names. */
export function step(expr: StepExpr, env: Env): Value {
  const target = evaluate(expr.target, env)
  if (target.kind === 'invalid') return invalid
  const landmark = target.kind === 'family' ? target.family.landmark : undefined
  const isInside = expr.target.kind === 'NameExpr' && expr.target.name === landmark
  if (landmark === expr.step.name && !isInside) return target
  const name = landmark === undefined || expr.target.kind !== 'NameExpr' ? undefined : expr.target.name
  const slot = lookup(env, expr.step.name)
  const applies = slot !== undefined && force(env, slot, expr.step.span).kind === 'block'
  const parts = { actual: typeName(target), step: expr.step.name, landmark, name, applies }
  report(env, expr.step.span, problem('unknown-step', parts))
  return invalid
}

export function exists(expr: Expr, env: Env): Value {
  if (expr.kind !== 'IndexExpr') {
    report(env, expr.span, problem('exists-needs-member', {}))
    return invalid
  }
  const target = evaluate(expr.target, env)
  if (target.kind !== 'family') {
    if (target.kind !== 'invalid') report(env, expr.span, problem('exists-needs-member', {}))
    return invalid
  }
  const at = memberIndex(expr, env)
  return at === undefined ? invalid : memberExists(target.family, at, env, expr.span)
}

function listItem(items: readonly Value[], expr: IndexExpr, env: Env): Value {
  let value: Value = list(items)
  for (const one of expr.indices) {
    if (value.kind !== 'list') {
      report(env, expr.span, problem('not-indexable', { actual: typeName(value) }))
      return invalid
    }
    const at = evaluate(one, env)
    value = at.kind === 'list' ? slice(value.items, at.items, one, env) : itemAt(value.items, at, one, env)
  }
  return value
}

function itemAt(items: readonly Value[], at: Value, expr: Expr, env: Env): Value {
  if (at.kind === 'int') {
    const item = items[at.value]
    if (item !== undefined) return item
    report(env, expr.span, problem('index-out-of-list', { index: at.value, length: items.length }))
  } else if (at.kind !== 'invalid') {
    const parts = { what: 'an index', expected: 'int or range', actual: typeName(at), value: showValue(at) }
    report(env, expr.span, problem('wrong-type', parts))
  }
  return invalid
}

function slice(items: readonly Value[], at: readonly Value[], expr: Expr, env: Env): Value {
  if (!charge(env, expr.span, at.length)) return invalid
  const taken = at.map((one) => itemAt(items, one, expr, env))
  return taken.some((item) => item.kind === 'invalid') ? invalid : list(taken)
}
