// `let` names, families of them, and lists taken apart.
import { problem } from '../../diagnostics/diagnostic.ts'
import type { LetStmt, NameList, UnpackStmt } from '../../syntax/ast.ts'
import { force } from '../values/demands.ts'
import type { Let } from '../names/clauses.ts'
import { defer, newSlot, nest, partScope } from '../values/env.ts'
import { evaluate } from '../values/evaluation.ts'
import { newFamily } from '../values/families.ts'
import { report } from '../values/session.ts'
import { showValue, typeName } from '../values/show.ts'
import { hasUnseen, invalid, type Env, type Value } from '../values/values.ts'
import { addRule } from './rules.ts'

/** `let` names, families of them (several rules of one name make one family), and names for the items of lists. */
export function declareLets(lets: readonly Let[], env: Env): void {
  for (const one of lets) if (one.kind === 'UnpackStmt') declareUnpacked(one, env)
  for (const [name, same] of byName(lets.filter((one) => one.kind === 'LetStmt'))) {
    const [first] = same
    if (first === undefined) continue
    if (first.indices === undefined) {
      defer(env, name, first.name.span, () =>
        letValue(first, nest(env, { scope: partScope(env, env.scope, name) })),
      )
    } else defer(env, name, first.name.span, () => letFamily(same, first.indices?.length ?? 1, env))
  }
}

function byName(lets: readonly LetStmt[]): Map<string, LetStmt[]> {
  const groups = new Map<string, LetStmt[]>()
  for (const one of lets) {
    const same = groups.get(one.name.name)
    if (same === undefined) groups.set(one.name.name, [one])
    else same.push(one)
  }
  return groups
}

function letFamily(rules: readonly LetStmt[], rank: number, env: Env): Value {
  const [first] = rules
  if (first === undefined) return invalid
  const family = newFamily(first.name.name, first.name.span, rank)
  for (const rule of rules) {
    const evaluateMember = (member: { readonly env: Env; readonly index: readonly number[] }): Value =>
      letValue(
        rule,
        nest(member.env, {
          scope: partScope(env, env.scope, `${first.name.name}[${member.index.join(',')}]`),
        }),
      )
    addRule(
      family,
      { indices: rule.indices ?? [], clause: rule.clause, span: rule.span, evaluate: evaluateMember },
      env,
    )
  }
  return { kind: 'family', family }
}

/** The list is evaluated once, in a scope of all the names: `q_k_v`. */
function declareUnpacked(statement: UnpackStmt, env: Env): void {
  const { names, span: place } = statement.pattern
  const whole = newSlot(env, `[${names.map(({ name }) => name).join(', ')}]`, place, () =>
    unpacked(statement, nest(env, { scope: partScope(env, env.scope, segmentOf(names)) })),
  )
  for (const [at, { name, span }] of names.entries()) {
    if (name === '_') continue
    defer(env, name, span, () => {
      const list = force(env, whole, span)
      if (hasUnseen(list) && list.kind === 'tensor') return list // Only looked at: its items are not known yet.
      const item = list.kind === 'list' ? (list.items[at] ?? invalid) : invalid
      return statement.shared
        ? sharedBlock(item, statement, nest(env, { scope: partScope(env, env.scope, name) }))
        : item
    })
  }
}

const segmentOf = (names: NameList['names']): string =>
  names
    .map(({ name }) => name)
    .filter((name) => name !== '_')
    .join('_') || 'unpacked'

/** A list of as many items as there are names, or `invalid` after a report. */
function unpacked(statement: UnpackStmt, env: Env): Value {
  const {
    pattern: { names, span: place },
    value: expr,
  } = statement
  const value = evaluate(expr, env)
  if (value.kind === 'invalid' || hasUnseen(value)) return value
  if (value.kind !== 'list') {
    const parts = {
      what: 'what is taken apart',
      expected: 'a list',
      actual: typeName(value),
      value: showValue(value),
    }
    report(env, expr.span, problem('wrong-type', parts))
    return invalid
  }
  if (value.items.length === names.length) return value
  const parts = { names: names.length, items: value.items.length }
  report(env, place, problem('wrong-item-count', parts), [{ span: expr.span, message: 'this list' }])
  return invalid
}

function letValue(statement: LetStmt, env: Env): Value {
  const value = evaluate(statement.value, env)
  return statement.shared ? sharedBlock(value, statement, env) : value
}

function sharedBlock(value: Value, statement: Let, env: Env): Value {
  if (value.kind === 'invalid') return value
  if (value.kind === 'block') {
    return {
      kind: 'block',
      form: 'shared',
      inner: value,
      weights: { parameters: [], complete: false },
      scope: env.scope,
    }
  }
  report(env, statement.value.span, problem('share-needs-block', { actual: typeName(value) }))
  return invalid
}
