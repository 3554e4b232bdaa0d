// Families: names with indices, defined by rules. Members are found on demand and kept; a cycle is reported with its chain.
import { problem, type Related } from '../../diagnostics/diagnostic.ts'
import type { NodeId } from '../../ir/graph.ts'
import type { Span } from '../../text/source.ts'
import { meet, reportCycle } from './demands.ts'
import { report } from './session.ts'
import {
  bool,
  invalid,
  unseen,
  type Demand,
  type Env,
  type Family,
  type Member,
  type Value,
} from './values.ts'

export function newFamily(name: string, span: Span, rank: number, landmark?: 'level' | 'node'): Family {
  return { name, rank, span, landmark, members: new Map(), broken: false, prepare: undefined }
}

/** Every member, the rules read. */
export function membersOf(family: Family, env: Env): readonly Member[] {
  prepare(family, env)
  return [...family.members.values()]
}

/** The rules of what is only looked at are read all the same: they are read once, and whatever is looked at needs them. */
function prepare(family: Family, { session }: Env): void {
  const read = family.prepare
  if (read === undefined) return
  family.prepare = undefined
  const { look } = session
  session.look = undefined
  read()
  session.look = look
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
  prepare(family, env)
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
  if (member.state === 'running') return reportCycle(env, member, use)
  const demand: Demand = {
    key: member,
    name: memberName(member),
    span: use,
    isPending: () => member.state === 'pending',
    begin: () => (member.state = 'running'),
    run: () => existingValue(member, env, use),
    end: (value) => {
      member.value = value
      member.state = 'done'
      if (member.family.landmark !== undefined && value.kind === 'tensor') mark(member, value.node, env)
    },
  }
  return meet(demand, env) ? member.value : unseen
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
  prepare(family, env)
  const member = family.members.get(index.join(','))
  if (member === undefined) return family.broken ? invalid : bool(false)
  const there = existence(member, env, use)
  return there === undefined ? invalid : bool(there)
}

/** Undefined where that is not known: it was reported, or is only looked at. */
export function existence(member: Member, env: Env, use: Span): boolean | undefined {
  if (member.existence === 'running') reportCycle(env, member, use)
  if (member.existence === 'unknown') meet(existenceDemand(member, use), env)
  return typeof member.existence === 'boolean' ? member.existence : undefined
}

function existenceDemand(member: Member, use: Span): Demand {
  return {
    key: member,
    name: memberName(member),
    span: use,
    isPending: () => member.existence === 'unknown',
    begin: () => (member.existence = 'running'),
    run: () => {
      const there = member.exists(member)
      return there === undefined ? invalid : bool(there)
    },
    end: (value) => (member.existence = value.kind === 'bool' ? value.value : 'faulty'),
  }
}
