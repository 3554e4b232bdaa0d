// Rules of families: the indices that each defines, and the members that come of it.
import { problem } from '../../diagnostics/diagnostic.ts'
import type { Expr, ForClause } from '../../syntax/ast.ts'
import type { Span } from '../../text/source.ts'
import { forEachBinding } from '../expressions/bindings.ts'
import { wholeNumber } from '../expressions/typed.ts'
import { nest } from '../values/env.ts'
import { exhaust, report } from '../values/session.ts'
import { invalid, type Env, type Family, type Member, type Value } from '../values/values.ts'

/** One rule as the syntax gives it: the indices it defines and how to find the value of each. */
export interface Rule {
  readonly indices: readonly Expr[]
  readonly clause: ForClause | undefined
  readonly span: Span
  readonly evaluate: (member: Member) => Value
  readonly exists?: (member: Member) => boolean | undefined
}

/** Adds a rule's members. Indices that are not whole numbers, duplicates and unbounded rules are reported. */
export function addRule(family: Family, rule: Rule, env: Env): void {
  const fine =
    rule.clause === undefined
      ? addMember(family, rule, nest(env))
      : forEachBinding(rule.clause, env, (inner) => addMember(family, rule, inner))
  if (!fine) family.broken = true
}

function addMember(family: Family, rule: Rule, env: Env): boolean {
  const index = Array<number>(rule.indices.length)
  for (const [k, expr] of rule.indices.entries()) {
    const at = wholeNumber(expr, env, `an index of \`${family.name}\``)
    if (at === undefined) return false
    index[k] = at
  }
  if (index.length !== family.rank) {
    report(
      env,
      rule.span,
      problem('wrong-index-count', { name: family.name, expected: family.rank, actual: index.length }),
    )
    return false
  }
  const limit = env.session.limits.nodes
  if (family.members.size >= limit) {
    exhaust(env, rule.span, problem('family-too-large', { name: family.name, limit }))
    return false
  }
  const key = index.join(',')
  const before = family.members.get(key)
  if (before !== undefined) {
    const related = [{ span: before.span, message: 'first defined here' }]
    report(env, rule.span, problem('member-defined-twice', { member: `${family.name}[${key}]` }), related)
    return false
  }
  const { evaluate, exists } = rule
  const member: Member = {
    family,
    index,
    span: rule.span,
    env,
    evaluate,
    exists: exists ?? (() => true),
    state: 'pending',
    value: invalid,
    existence: exists === undefined ? true : 'unknown',
  }
  family.members.set(key, member)
  env.session.look?.made.add(member)
  return true
}
