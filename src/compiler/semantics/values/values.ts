// What evaluation is about: values, the environments that functions and blocks close over, families, and the session that all of it
// belongs to. Data and its makers only; one file, because each kind refers to the others.
import type { DiagnosticBag, IndexBinding, Problem } from '../../diagnostics/diagnostic.ts'
import type { Draft, GraphBuilder, SharedWeights, Sharing } from '../../ir/builder.ts'
import type { Backbone, Coverage, Fusion, Kept, NodeId } from '../../ir/graph.ts'
import type { Scope } from '../../ir/scope.ts'
import type { DimSymbol, SymbolicDim } from '../../ir/tensor.ts'
import type { CompositeName } from '../../ops/composites.ts'
import type { PrimitiveName } from '../../ops/registry.ts'
import type { BlockDecl, ComprehensionExpr, Expr, FnDecl, NetworkDecl } from '../../syntax/ast.ts'
import type { Span } from '../../text/source.ts'
import type { Limits } from './limits.ts'

export type Value =
  | { readonly kind: 'int'; readonly value: number }
  | { readonly kind: 'float'; readonly value: number }
  | { readonly kind: 'bool'; readonly value: boolean }
  | { readonly kind: 'string'; readonly value: string }
  /** `size` counts the values in it with those of the lists in it, `depth` how many lists are inside one another. */
  | { readonly kind: 'list'; readonly items: readonly Value[]; readonly size: number; readonly depth: number }
  | { readonly kind: 'dim'; readonly dim: SymbolicDim }
  | { readonly kind: 'tensor'; readonly node: NodeId }
  | {
      readonly kind: 'term'
      readonly word: string
      readonly positional: readonly Value[]
      readonly named: ReadonlyMap<string, Value>
    }
  | { readonly kind: 'function'; readonly declaration: FnDecl; readonly env: Env }
  | { readonly kind: 'builtin'; readonly builtin: Builtin }
  | BlockValue
  | { readonly kind: 'family'; readonly family: Family }
  /** The result of a reported mistake: absorbs everything that follows from it. */
  | { readonly kind: 'invalid' }

export type BlockValue = ConfiguredBlock | ComposedBlock | SharedBlock

/** An operator, a declared block or a network with some of its arguments. */
export interface ConfiguredBlock {
  readonly kind: 'block'
  readonly form: 'configured'
  readonly callee: Callee
  readonly args: readonly GivenArgument[]
  /** Where it was configured. */
  readonly span: Span
}

export interface ComposedBlock {
  readonly kind: 'block'
  readonly form: 'composed'
  readonly stages: readonly BlockValue[]
}

export interface SharedBlock {
  readonly kind: 'block'
  readonly form: 'shared'
  readonly inner: BlockValue
  readonly weights: SharedWeights
  readonly scope: Scope
}

export type Callee =
  | { readonly kind: 'primitive'; readonly name: PrimitiveName }
  | { readonly kind: 'composite'; readonly name: CompositeName }
  | { readonly kind: 'declared'; readonly declaration: BlockDecl | NetworkDecl; readonly env: Env }

export interface GivenArgument {
  readonly name: string | undefined
  readonly value: Value
  /** The value's text. */
  readonly span: Span
  /** The name's text, where it was written. */
  readonly nameSpan?: Span | undefined
}

export interface Builtin {
  readonly name: string
  /** `min(a, b, …) or min(list)`: for messages and documentation. */
  readonly usage: string
  readonly doc: string
  readonly min: number
  readonly max: number
  /** The arguments behind the first `min` that may carry names, with their defaults. */
  readonly named?: readonly (readonly [name: string, missing: Value])[]
  /** The value, a problem, or undefined when the arguments are of types it has no meaning for. */
  run(args: readonly Value[], env: Env): Value | Problem | undefined
}

/** A name's value, found on demand and kept. */
export interface Slot {
  readonly name: string
  readonly span: Span
  state: 'pending' | 'running' | 'done'
  value: Value
  readonly evaluate: (() => Value) | undefined
}

export interface Env {
  readonly session: Session
  /** The first name. Most environments only change the place, and most others bind one index: a map would cost more than the rest. */
  first: Slot | undefined
  /** The other names. */
  others: Map<string, Slot> | undefined
  readonly parent: Env | undefined
  readonly scope: Scope
  readonly calls: readonly Span[]
  readonly indices: readonly IndexBinding[]
  readonly sharing: Sharing | undefined
  readonly coverage: Coverage | undefined
}

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
  existence: 'unknown' | 'running' | 'faulty' | boolean
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

/** What one elaboration carries along: the graph under construction, the diagnostics, the bounds and what is being forced. */
export interface Session {
  readonly elaborator: Elaborator
  readonly builder: GraphBuilder
  readonly bag: DiagnosticBag
  readonly limits: Limits
  steps: number
  depth: number
  nesting: number
  /** The greatest depth and nesting since whoever asks for them began. */
  peak: { depth: number; nesting: number }
  reports: number
  /** Set once a bound is broken: everything after it is invalid, nothing more is reported. */
  exhausted: boolean
  /** Names and family members being evaluated, outermost first, for the chain of a cyclic recurrence. */
  readonly forcing: { readonly key: object; readonly name: string; readonly span: Span }[]
  /** Backbones and fusions in the order they are built; masks refer to fusions by position. */
  readonly backbones: Draft<Backbone>[]
  readonly fusions: Draft<Fusion>[]
  readonly kept: Draft<Kept>[]
  /** Names that were reported, by file: a misspelt declaration is one mistake, however often it is used. */
  readonly unknownNames: Set<string>
  /** A mistake was met that is reported elsewhere: what comes out is not what was meant. */
  silenced: boolean
  /** Symbolic extents by name with what they are multiples of. */
  readonly symbols: Map<string, DimSymbol>
  /** Fusions with a sparsity that was reported. */
  readonly faultySparsities: Set<number>
  /** Which levels and fusion nodes a tensor is. */
  readonly landmarks: Map<NodeId, Member[]>
  /** Set while something is only looked at: nothing is built, reported or kept then. */
  look: Look | undefined
  readonly lists: Lists
  readonly trace: Trace | undefined
}

/** Gives the list of a comprehension, evaluated now or before; which of them makes no difference to what is elaborated. */
export interface Lists {
  give(expr: ComprehensionExpr, env: Env, evaluate: () => Value): Value
}

/** What the expressions of one file were evaluated to. Nothing that is elaborated depends on it. */
export interface Trace {
  readonly file: string
  /** Values of an expression, each once, in the order of evaluation. */
  readonly seen: Map<Expr, Value[]>
}

/** What was found by looking at something before it is evaluated. */
export interface Look {
  /** What it is certain to need and what was not evaluated yet, in the order of need. */
  readonly needs: Demand[]
  /** Slots and members that were made while looking: they are looked at too, and are not what will be evaluated. */
  readonly made: Set<object>
  /** A bound was met: what is evaluated will meet it too, and say so. */
  stopped: boolean
}

/** A name, a member of a family or the existence of one, to be evaluated once. */
export interface Demand {
  readonly key: object
  readonly name: string
  /** Where it is needed. */
  readonly span: Span
  isPending(): boolean
  begin(): void
  run(): Value
  end(value: Value): void
}

/** Words that a bare name means in its place before any variable: `axis = depth`, `init = he(0.01)`. */
export type Words = ReadonlySet<string>

/**
 * What lower floors ask of higher ones: to evaluate an expression takes calls, and a call evaluates the body of what is declared.
 * `elaborator.ts` ties it when a session begins; nothing else leads upwards.
 */
export interface Elaborator {
  /** The value of an expression of any kind; a mistake is reported and gives `invalid`. */
  valueOf(expr: Expr, env: Env, words: Words | undefined): Value
  /** Arithmetic of tensors, or of a tensor with a number; undefined for other values. */
  tensorArithmetic(
    operator: '+' | '-' | '*' | '/',
    left: Value,
    right: Value,
    env: Env,
    span: Span,
  ): Value | undefined
  /** Sends tensors into a declared block or network. */
  applyDeclared(block: ConfiguredBlock, inputs: readonly NodeId[], env: Env, span: Span): Value
}

export const invalid: Value = { kind: 'invalid' }

export const int = (value: number): Value => ({ kind: 'int', value })

export const float = (value: number): Value => ({ kind: 'float', value })

export const bool = (value: boolean): Value => ({ kind: 'bool', value })

export function list(items: readonly Value[]): ListValue {
  let size = items.length
  let depth = 0
  for (const item of items) {
    if (item.kind !== 'list') continue
    size += item.size
    depth = Math.max(depth, item.depth)
  }
  return { kind: 'list', items, size, depth: depth + 1 }
}

export type ListValue = Extract<Value, { kind: 'list' }>

export const tensor = (node: NodeId): Value => ({ kind: 'tensor', node })

/** Stands for what is not built or evaluated while looking: most often a tensor. */
export const unseen: Value = tensor(-1)

export function hasUnseen(value: Value): boolean {
  return value.kind === 'list' ? value.items.some(hasUnseen) : value.kind === 'tensor' && value.node < 0
}

/** The tensors of a tensor or of a list of nothing but tensors; undefined for anything else. */
export function tensorsOf(value: Value): number[] | undefined {
  if (value.kind === 'tensor') return [value.node]
  if (value.kind !== 'list' || value.items.length === 0) return undefined
  const nodes: number[] = []
  for (const item of value.items) {
    if (item.kind !== 'tensor') return undefined
    nodes.push(item.node)
  }
  return nodes
}
