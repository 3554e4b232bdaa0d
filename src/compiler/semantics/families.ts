// Families: names with indices, defined by rules. Members are found on demand and kept; a cycle is reported with its chain.
import { problem, type Related } from '../diagnostics/diagnostic.ts'
import type { Expr, ForClause } from '../syntax/ast.ts'
import type { NodeId } from '../ir/graph.ts'
import type { Span } from '../text/source.ts'
import { guarded, nest, reportCycle, type Env } from './env.ts'
import { forEachBinding, wholeNumber } from './evaluate.ts'
import { exhaust, report } from './session.ts'
import { bool, invalid, type Value } from './values.ts'

/** One member: which rule made it, with which bindings, and its value once found. */
export interface Member {
  readonly family: Family
  readonly index: readonly number[]
  readonly span: Span
  /** Has the rule's indices bound. */
  readonly env: Env
  readonly evaluate: (member: Member) => Value
  /** Whether the member is there at all; a fusion node with no edges left is not. */
  readonly exists: (member: Member) => boolean | undefined
  state: 'pending' | 'running' | 'done'
  value: Value
  existence: 'unknown' | 'running' | boolean
}

export interface Family {
  readonly name: string
  /** Number of indices. */
  readonly rank: number
  readonly span: Span
  /** Levels and nodes are landmarks: the walk back from an edge stops at them. */
  readonly landmark: 'level' | 'node' | undefined
  readonly members: Map<string, Member>
  /** A rule was reported: which members there should be is not known, so a missing one is no second mistake. */
  broken: boolean
  /** Reads the rules on first use: they may need names that are declared further down. */
  prepare: (() => void) | undefined
}

/** One rule as the syntax gives it: the indices it defines and how to find the value of each. */
export interface Rule {
  readonly indices: readonly Expr[]
  readonly clause: ForClause | undefined
  readonly span: Span
  readonly evaluate: (member: Member) => Value
  readonly exists?: (member: Member) => boolean | undefined
}

export function newFamily(name: string, span: Span, rank: number, landmark?: 'level' | 'node'): Family {
  return { name, rank, span, landmark, members: new Map(), broken: false, prepare: undefined }
}

/** Every member, the rules read. */
export function membersOf(family: Family): readonly Member[] {
  prepare(family)
  return [...family.members.values()]
}

function prepare(family: Family): void {
  const read = family.prepare
  family.prepare = undefined
  read?.()
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
  return true
}

export function memberName(member: Member): string {
  return `${member.family.name}[${member.index.join(', ')}]`
}

/** The member at an index, or undefined after a report that says which indices there are. */
export function findMember(
  family: Family,
  index: readonly number[],
  env: Env,
  use: Span,
): Member | undefined {
  prepare(family)
  const member = index.length === family.rank ? family.members.get(index.join(',')) : undefined
  if (member !== undefined || family.broken) return member
  const related: Related[] = [{ span: family.span, message: `\`${family.name}\` is defined here` }]
  if (index.length !== family.rank) {
    report(
      env,
      use,
      problem('wrong-index-count', { name: family.name, expected: family.rank, actual: index.length }),
      related,
    )
  } else {
    const parts = {
      member: `${family.name}[${index.join(', ')}]`,
      ranges: ranges(family),
      size: family.members.size,
    }
    report(env, use, problem('index-out-of-family', parts), related)
  }
  return undefined
}

/** `0..4, 1..5`: the least and greatest value of each index. */
function ranges(family: Family): string {
  const all = [...family.members.values()]
  const bounds = Array.from({ length: family.rank }, (_, axis) => {
    let [low, high] = [Infinity, -Infinity]
    for (const { index } of all) {
      low = Math.min(low, index[axis] ?? low)
      high = Math.max(high, index[axis] ?? high)
    }
    return `${low}..${high}`
  })
  return all.length === 0 ? 'none' : bounds.join(', ')
}

export function memberValue(member: Member, env: Env, use: Span): Value {
  if (member.state === 'done') return member.value
  if (member.state === 'running') {
    reportCycle(env, member, use)
    return invalid
  }
  member.state = 'running'
  member.value = guarded(env, member, memberName(member), use, () => existingValue(member, env, use))
  member.state = 'done'
  if (member.family.landmark !== undefined && member.value.kind === 'tensor')
    mark(member, member.value.node, env)
  return member.value
}

function mark(member: Member, node: NodeId, env: Env): void {
  const before = env.session.landmarks.get(node)
  if (before === undefined) env.session.landmarks.set(node, [member])
  else before.push(member)
}

function existingValue(member: Member, env: Env, use: Span): Value {
  const there = existence(member, env, use)
  if (there === undefined) return invalid
  if (there) return member.evaluate(member)
  const related = [{ span: member.span, message: 'all edges of this node are absent' }]
  report(env, use, problem('no-such-node', { member: memberName(member) }), related)
  return invalid
}

/** `exists(family[index])`: false where no rule reaches or all edges are absent. */
export function memberExists(family: Family, index: readonly number[], env: Env, use: Span): Value {
  prepare(family)
  const member = family.members.get(index.join(','))
  if (member === undefined) return family.broken ? invalid : bool(false)
  const there = existence(member, env, use)
  return there === undefined ? invalid : bool(there)
}

export function existence(member: Member, env: Env, use: Span): boolean | undefined {
  if (typeof member.existence === 'boolean') return member.existence
  if (member.existence === 'running') {
    reportCycle(env, member, use)
    return undefined
  }
  member.existence = 'running'
  let there: boolean | undefined
  guarded(env, member, memberName(member), use, () => {
    there = member.exists(member)
    return invalid
  })
  member.existence = there ?? 'unknown'
  return there
}
