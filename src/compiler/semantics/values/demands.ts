// What is found on demand and kept: names, and members of families through `families.ts`. A demand is evaluated where it is met, by
// recursion; once that is deep, what it is certain to need is found by looking and evaluated before it, so that chains may be long.
import { problem } from '../../diagnostics/diagnostic.ts'
import type { Span } from '../../text/source.ts'
import { exhaust, report } from './session.ts'
import {
  invalid,
  unseen,
  type Demand,
  type Env,
  type Look,
  type Session,
  type Slot,
  type Value,
} from './values.ts'

/** The slot's value, evaluated now if it never was; a name that needs itself is reported with the chain. */
export function force(env: Env, slot: Slot, use: Span): Value {
  if (slot.state === 'done') return slot.value
  if (slot.state === 'running') return reportCycle(env, slot, use)
  const { name, evaluate } = slot
  const demand: Demand = {
    key: slot,
    name,
    span: use,
    isPending: () => slot.state === 'pending',
    begin: () => (slot.state = 'running'),
    run: () => (evaluate === undefined ? invalid : evaluate()),
    end: (value) => {
      slot.value = value
      slot.state = 'done'
    },
  }
  return meet(demand, env) ? slot.value : unseen
}

/** Evaluates what is demanded. False where it is only looked at: it is noted instead. */
export function meet(demand: Demand, env: Env): boolean {
  const { session } = env
  if (session.look !== undefined && !session.look.made.has(demand.key)) {
    session.look.needs.push(demand)
    return false
  }
  if (session.look === undefined && isDeep(session)) meetInOrder(demand, env)
  else {
    begin(demand, session)
    finish(demand, env)
  }
  return true
}

/** Half of what may nest is left to what looking does not find. */
function isDeep({ depth, nesting, limits }: Session): boolean {
  return 2 * depth >= limits.depth || 2 * nesting >= limits.nesting
}

/** What is needed comes first, by a stack of our own. What has begun is in need of what lies above it, as in a recursion. */
function meetInOrder(first: Demand, env: Env): void {
  const { session } = env
  const stack = [first]
  const begun = new Set<Demand>()
  for (let top = stack.at(-1); top !== undefined; top = stack.at(-1)) {
    if (!begun.has(top)) {
      if (!top.isPending()) {
        stack.pop()
        continue
      }
      begin(top, session)
      begun.add(top)
    }
    const needs = needsOf(top, env)
    if (needs.length > 0) for (const one of needs.reverse()) stack.push(one)
    else {
      finish(top, env)
      stack.pop()
    }
  }
}

function needsOf(demand: Demand, env: Env): Demand[] {
  const { session } = env
  const look: Look = { needs: [], made: new Set(), stopped: false }
  session.look = look
  nested(env, demand, () => demand.run())
  session.look = undefined
  return look.needs
}

function begin(demand: Demand, { forcing }: Session): void {
  demand.begin()
  forcing.push(demand)
}

function finish(demand: Demand, env: Env): void {
  const value = nested(env, demand, () => demand.run())
  env.session.forcing.pop()
  demand.end(value)
}

/** Runs one nested step (a call, an application) inside the depth bound. */
export function guarded(env: Env, name: string, span: Span, run: () => Value): Value {
  const { forcing } = env.session
  forcing.push({ key: {}, name, span })
  const value = nested(env, { name, span }, run)
  forcing.pop()
  return value
}

function nested(env: Env, { name, span }: Pick<Demand, 'name' | 'span'>, run: () => Value): Value {
  const { session } = env
  if (session.exhausted) return invalid
  if (session.depth >= session.limits.depth) {
    exhaust(env, span, problem('too-deep', { limit: session.limits.depth, name }))
    return invalid
  }
  session.depth += 1
  if (session.depth > session.peak.depth) session.peak.depth = session.depth
  session.nesting += 4
  const value = run()
  session.nesting -= 4
  session.depth -= 1
  return value
}

/** Names of a cycle that are shown, at its beginning and at its end. */
const shownOfCycle = { first: 9, last: 3 }

/** The value of what needs itself. */
export function reportCycle(env: Env, key: object, use: Span): Value {
  const { forcing } = env.session
  const start = forcing.findIndex((one) => one.key === key)
  const cycle = forcing.slice(Math.max(0, start)).filter((one) => one.name !== '')
  const chain = [...cycle.map((one) => one.name), cycle[0]?.name ?? '']
  const related = cycle
    .slice(1, shownOfCycle.first)
    .map((one) => ({ span: one.span, message: `${one.name} is needed here` }))
  report(env, use, problem('cyclic-recurrence', { chain: shortened(chain) }), related)
  return invalid
}

function shortened(chain: readonly string[]): readonly string[] {
  const { first, last } = shownOfCycle
  const left = chain.length - first - last
  if (left <= 1) return chain
  return [...chain.slice(0, first), `… ${left} more …`, ...chain.slice(-last)]
}
