// The session of one elaboration: how it begins, what is reported in it, and its bounds.
import {
  diagnose,
  problem,
  type DiagnosticBag,
  type Problem,
  type Related,
} from '../../diagnostics/diagnostic.ts'
import type { GraphBuilder } from '../../ir/builder.ts'
import type { Span } from '../../text/source.ts'
import type { Limits } from './limits.ts'
import {
  invalid,
  type Elaborator,
  type Env,
  type Lists,
  type Session,
  type Trace,
  type Value,
} from './values.ts'

export interface SessionParts {
  readonly elaborator: Elaborator
  readonly builder: GraphBuilder
  readonly bag: DiagnosticBag
  readonly limits: Limits
  readonly unknownNames: ReadonlySet<string>
  readonly lists: Lists
  readonly trace: Trace | undefined
}

export function newSession(parts: SessionParts): Session {
  return {
    ...parts,
    steps: 0,
    depth: 0,
    nesting: 0,
    peak: { depth: 0, nesting: 0 },
    reports: 0,
    exhausted: false,
    forcing: [],
    backbones: [],
    fusions: [],
    kept: [],
    unknownNames: new Set(parts.unknownNames),
    silenced: false,
    symbols: new Map(),
    faultySparsities: new Set(),
    landmarks: new Map(),
    look: undefined,
  }
}

export const unknownKey = (file: string, name: string): string => `${file} ${name}`

const shownCalls = 3

/** A mistake in a recurrence is met again at every member: after so many nothing new is learnt. */
const maxReports = 500

/** Reports at a place: the indices in force and the calls that led there come from the environment. */
export function report(env: Env, span: Span, found: Problem, related: readonly Related[] = []): void {
  const { session } = env
  if (session.exhausted || session.look !== undefined) return
  session.reports += 1
  if (session.reports > maxReports) session.exhausted = true
  const calls = innermost(env.calls).map((call) => ({ span: call, message: 'applied here' }))
  env.session.bag.add(diagnose(found, span, { related: [...related, ...calls], indices: env.indices }))
}

/** The last calls that stand in different places, innermost first. */
function innermost(calls: readonly Span[]): Span[] {
  const found: Span[] = []
  for (let at = calls.length - 1; at >= 0 && found.length < shownCalls; at--) {
    const call = calls[at]
    if (call !== undefined && !found.some((one) => one.file === call.file && one.start === call.start))
      found.push(call)
  }
  return found
}

/** Counts work done at a place; false once there was too much of it. */
export function charge(env: Env, span: Span, steps: number): boolean {
  const { session } = env
  if (session.exhausted || session.look?.stopped === true) return false
  session.steps += steps
  if (session.steps <= session.limits.steps) return true
  exhaust(env, span, problem('too-many-steps', { limit: session.limits.steps }))
  return false
}

/** The value, unless it is larger than values may be. */
export function bounded(value: Value, env: Env, span: Span): Value {
  const found = excess(value, env.session.limits)
  if (found === undefined) return value
  exhaust(env, span, problem('value-too-large', found))
  return invalid
}

function excess(value: Value, limits: Limits): { readonly what: string; readonly limit: number } | undefined {
  if (value.kind === 'string' && value.value.length > limits.stringLength)
    return { what: `a string of ${value.value.length} characters`, limit: limits.stringLength }
  if (value.kind !== 'list') return undefined
  const { items, size, depth } = value
  if (items.length > limits.listLength)
    return { what: `a list of ${items.length} items`, limit: limits.listLength }
  if (size > limits.listSize) return { what: `a list of ${size} values in all`, limit: limits.listSize }
  return depth > limits.listDepth
    ? { what: `a list of ${depth} lists inside one another`, limit: limits.listDepth }
    : undefined
}

/** A broken bound ends the elaboration: report it and stop. */
export function exhaust(env: Env, span: Span, found: Problem): void {
  const { session } = env
  report(env, span, found)
  if (session.look === undefined) session.exhausted = true
  else session.look.stopped = true
}
