// `let` names, and families of them.
import { problem } from '../../diagnostics/diagnostic.ts'
import type { LetStmt } from '../../syntax/ast.ts'
import { defer, nest, partScope } from '../values/env.ts'
import { evaluate } from '../values/evaluation.ts'
import { newFamily } from '../values/families.ts'
import { report } from '../values/session.ts'
import { typeName } from '../values/show.ts'
import { invalid, type Env, type Value } from '../values/values.ts'
import { addRule } from './rules.ts'

/** `let` names, and families of them: several rules of one name make one family. */
export function declareLets(lets: readonly LetStmt[], env: Env): void {
  for (const [name, same] of byName(lets)) {
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

function letValue(statement: LetStmt, env: Env): Value {
  const value = evaluate(statement.value, env)
  if (!statement.shared || value.kind === 'invalid') return value
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
