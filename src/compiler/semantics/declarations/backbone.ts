// `backbone`: a family of feature levels, all of them built, each with its stride against the input.
import { problem } from '../../diagnostics/diagnostic.ts'
import type { BackboneLevel } from '../../ir/graph.ts'
import { childScope } from '../../ir/scope.ts'
import type { BackboneStmt, LevelRule } from '../../syntax/ast.ts'
import { isLet } from '../names/clauses.ts'
import { define, nest, partScope } from '../values/env.ts'
import { evaluate } from '../values/evaluation.ts'
import { membersOf, memberValue, newFamily } from '../values/families.ts'
import { report } from '../values/session.ts'
import { typeName } from '../values/show.ts'
import type { Env, Family, Member, Value } from '../values/values.ts'
import { declareLets } from './lets.ts'
import { addRule } from './rules.ts'

/** Declares `encoder` (outside) and `level` (inside); the build forces every level. */
export function declareBackbone(statement: BackboneStmt, env: Env): () => void {
  const name = statement.name.name
  const inner = nest(env, { scope: childScope(env.scope, name) })
  const rules = statement.members.filter((one): one is LevelRule => one.kind === 'LevelRule')
  const family = newFamily(`${name}.level`, statement.name.span, rules[0]?.indices.length ?? 1, 'level')
  define(env, name, statement.name.span, { kind: 'family', family })
  define(inner, 'level', statement.name.span, { kind: 'family', family })
  declareLets(statement.members.filter(isLet), inner)
  family.prepare = () => {
    for (const rule of rules) addLevelRule(family, rule, inner)
  }
  return () => {
    for (const member of membersOf(family, inner)) memberValue(member, member.env, member.span)
    recordLevels(name, family, inner)
  }
}

function addLevelRule(family: Family, rule: LevelRule, inner: Env): void {
  const evaluateLevel = (member: Member): Value => {
    const scope = partScope(inner, inner.scope, `level[${member.index.join(',')}]`)
    const env = nest(member.env, { scope })
    const value = evaluate(rule.value, env)
    if (value.kind === 'tensor' || value.kind === 'invalid') return value
    report(
      env,
      rule.value.span,
      problem('member-not-a-tensor', {
        member: `level[${member.index.join(', ')}]`,
        actual: typeName(value),
      }),
    )
    return { kind: 'invalid' }
  }
  addRule(
    family,
    { indices: rule.indices, clause: rule.clause, span: rule.span, evaluate: evaluateLevel },
    inner,
  )
}

function recordLevels(name: string, family: Family, env: Env): void {
  const { session } = env
  const levels = [...family.members.values()].flatMap(({ index, value }): BackboneLevel[] =>
    value.kind === 'tensor' ? [{ index, node: value.node, stride: strideOf(value.node, env) }] : [],
  )
  session.backbones.push({ name, scope: env.scope, levels })
}

/** Extent of the input over extent of the level, per spatial axis; undefined where it is not a whole number. */
function strideOf(node: number, env: Env): (number | undefined)[] {
  const { builder } = env.session
  const input = builder.nodes.find((one) => one.op === 'input')?.type.shape.slice(1) ?? []
  return builder
    .shapeOf(node)
    .slice(1)
    .map((extent, axis) => ratio(input[axis], extent))
}

function ratio(whole: unknown, part: unknown): number | undefined {
  if (typeof whole !== 'number' || typeof part !== 'number') return undefined
  return whole % part === 0 ? whole / part : undefined
}
