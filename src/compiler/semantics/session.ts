// What one elaboration carries along: the graph under construction, the diagnostics, the bounds and what is being forced.
import {
  diagnose,
  problem,
  type DiagnosticBag,
  type Problem,
  type Related,
} from '../diagnostics/diagnostic.ts'
import type { Draft, GraphBuilder } from '../ir/builder.ts'
import type { Backbone, Fusion, NodeId } from '../ir/graph.ts'
import type { Span } from '../text/source.ts'
import type { Env } from './env.ts'
import type { Limits } from './limits.ts'
import type { Member } from './families.ts'
import { invalid, type Value } from './values.ts'

export interface Session {
  readonly builder: GraphBuilder
  readonly bag: DiagnosticBag
  readonly limits: Limits
  steps: number
  depth: number
  nesting: number
  reports: number
  /** Set once a bound is broken: everything after it is invalid, nothing more is reported. */
  exhausted: boolean
  /** Names and family members being evaluated, outermost first, for the chain of a cyclic recurrence. */
  readonly forcing: { readonly key: object; readonly name: string; readonly span: Span }[]
  /** Backbones and fusions in the order they are built; masks refer to fusions by position. */
  readonly backbones: Draft<Backbone>[]
  readonly fusions: Draft<Fusion>[]
  /** Names that were reported, by file: a misspelt declaration is one mistake, however often it is used. */
  readonly unknownNames: Set<string>
  /** A mistake was met that is reported elsewhere: what comes out is not what was meant. */
  silenced: boolean
  /** Symbolic extents by name with what they are multiples of. */
  readonly symbols: Map<string, number>
  /** Fusions with a sparsity that was reported. */
  readonly faultySparsities: Set<number>
  /** Which levels and fusion nodes a tensor is. */
  readonly landmarks: Map<NodeId, Member[]>
}

export function newSession(
  builder: GraphBuilder,
  bag: DiagnosticBag,
  limits: Limits,
  unknownNames: ReadonlySet<string> = new Set(),
): Session {
  return {
    builder,
    bag,
    limits,
    steps: 0,
    depth: 0,
    nesting: 0,
    reports: 0,
    exhausted: false,
    forcing: [],
    backbones: [],
    fusions: [],
    unknownNames: new Set(unknownNames),
    silenced: false,
    symbols: new Map(),
    faultySparsities: new Set(),
    landmarks: new Map(),
  }
}

export const unknownKey = (file: string, name: string): string => `${file} ${name}`

const shownCalls = 3

/** A mistake in a recurrence is met again at every member: after so many nothing new is learnt. */
const maxReports = 500

/** Reports at a place: the indices in force and the calls that led there come from the environment. */
export function report(env: Env, span: Span, found: Problem, related: readonly Related[] = []): void {
  const { session } = env
  if (session.exhausted) return
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
  if (session.exhausted) return false
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
  report(env, span, found)
  env.session.exhausted = true
}
