// What one elaboration carries along: the graph under construction, the diagnostics, the bounds and what is being forced.
import { diagnose, type DiagnosticBag, type Problem, type Related } from '../diagnostics/diagnostic.ts'
import type { Draft, GraphBuilder } from '../ir/builder.ts'
import type { Backbone, Fusion, NodeId } from '../ir/graph.ts'
import type { Span } from '../text/source.ts'
import type { Env } from './env.ts'
import type { Member } from './families.ts'

/** Bounds of one compilation. A spec that asks for more gets a diagnostic, never a hang. */
export interface Limits {
  readonly nodes: number
  readonly listLength: number
  /** Nested calls, block applications and recurrences. */
  readonly depth: number
  /** Expressions evaluated in all. */
  readonly steps: number
  readonly fileBytes: number
  readonly importDepth: number
}

export const defaultLimits: Limits = {
  nodes: 500_000,
  listLength: 100_000,
  depth: 200,
  steps: 20_000_000,
  fileBytes: 1_048_576,
  importDepth: 32,
}

export interface Session {
  readonly builder: GraphBuilder
  readonly bag: DiagnosticBag
  readonly limits: Limits
  steps: number
  depth: number
  /** Set once a bound is broken: everything after it is invalid, nothing more is reported. */
  exhausted: boolean
  /** Names and family members being evaluated, outermost first, for the chain of a cyclic recurrence. */
  readonly forcing: { readonly key: object; readonly name: string; readonly span: Span }[]
  /** Backbones and fusions in the order they are built; masks refer to fusions by position. */
  readonly backbones: Draft<Backbone>[]
  readonly fusions: Draft<Fusion>[]
  /** Fusions with a sparsity that was reported. */
  readonly faultySparsities: Set<number>
  /** Which levels and fusion nodes a tensor is. */
  readonly landmarks: Map<NodeId, Member[]>
}

export function newSession(builder: GraphBuilder, bag: DiagnosticBag, limits: Limits): Session {
  return { builder, bag, limits, steps: 0, depth: 0, exhausted: false, forcing: [], backbones: [], fusions: [], faultySparsities: new Set(), landmarks: new Map() }
}

const shownCalls = 3

/** Reports at a place: the indices in force and the calls that led there come from the environment. */
export function report(env: Env, span: Span, found: Problem, related: readonly Related[] = []): void {
  if (env.session.exhausted) return
  const calls = env.calls
    .slice(-shownCalls)
    .reverse()
    .map((call) => ({ span: call, message: 'applied here' }))
  env.session.bag.add(diagnose(found, span, { related: [...related, ...calls], indices: env.indices }))
}

/** A broken bound ends the elaboration: report it and stop. */
export function exhaust(env: Env, span: Span, found: Problem): void {
  report(env, span, found)
  env.session.exhausted = true
}
