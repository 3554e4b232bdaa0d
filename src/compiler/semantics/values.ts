// The values that expressions have. Readonly data with a word for a kind; tensors are references into the graph builder.
import type { NodeId } from '../ir/graph.ts'
import type { SharedWeights } from '../ir/builder.ts'
import type { Scope } from '../ir/scope.ts'
import { formatDim, type SymbolicDim } from '../ir/tensor.ts'
import type { CompositeName } from '../ops/composites.ts'
import type { PrimitiveName } from '../ops/registry.ts'
import type { BlockDecl, FnDecl, NetworkDecl } from '../syntax/ast.ts'
import type { Span } from '../text/source.ts'
import type { Builtin } from './builtins.ts'
import type { Env } from './env.ts'
import type { Family } from './families.ts'

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

export function calleeName(callee: Callee): string {
  return callee.kind === 'declared' ? callee.declaration.name.name : callee.name
}

/** Of a long list, only the first items are looked at for a message. */
const shownItems = 12

/** The word for a value's type in messages: `int`, `[int]`, `block conv`, `tensor`. */
export function typeName(value: Value): string {
  switch (value.kind) {
    case 'list': {
      const kinds = [...new Set(value.items.slice(0, shownItems).map(typeName))]
      return kinds.length === 1 ? `[${kinds[0]}]` : kinds.length === 0 ? 'empty list' : 'list'
    }
    case 'dim':
      return 'symbolic extent'
    case 'term':
      return `word ${value.word}`
    case 'builtin':
      return `function ${value.builtin.name}`
    case 'function':
      return `function ${value.declaration.name.name}`
    case 'block':
      return value.form === 'configured' ? `block ${calleeName(value.callee)}` : 'block'
    case 'family':
      return `family ${value.family.name}`
    default:
      return value.kind
  }
}

/** The value as source text, as far as it has one, shortened: for messages. */
export function showValue(value: Value): string {
  return showWithin(value, { left: 200 })
}

/** How much may still be shown. */
interface Room {
  left: number
}

function showWithin(value: Value, room: Room): string {
  if (room.left <= 0) return '…'
  room.left -= 1
  switch (value.kind) {
    case 'int':
    case 'bool':
      return String(value.value)
    case 'float':
      return Number.isInteger(value.value) ? value.value.toFixed(1) : String(value.value)
    case 'string':
      return JSON.stringify(value.value.length > 60 ? `${value.value.slice(0, 60)}…` : value.value)
    case 'list':
      return `[${showItems(value.items, room).join(', ')}]`
    case 'dim':
      return formatDim(value.dim)
    case 'term':
      return showTerm(value, room)
    case 'block':
      return showBlock(value, room)
    default:
      return typeName(value)
  }
}

function showItems(items: readonly Value[], room: Room): string[] {
  const shown = items.slice(0, shownItems).map((item) => showWithin(item, room))
  return items.length > shown.length ? [...shown, `… ${items.length} in all`] : shown
}

function showTerm(term: Extract<Value, { kind: 'term' }>, room: Room): string {
  const named = [...term.named].map(([name, value]) => `${name} = ${showWithin(value, room)}`)
  const args = [...showItems(term.positional, room), ...named]
  return args.length === 0 ? term.word : `${term.word}(${args.join(', ')})`
}

function showBlock(block: BlockValue, room: Room): string {
  if (block.form === 'shared') return showWithin(block.inner, room)
  if (block.form === 'composed') return showItems(block.stages, room).join(' -> ')
  const args = block.args.map(
    (one) => (one.name === undefined ? '' : `${one.name} = `) + showWithin(one.value, room),
  )
  return args.length === 0 ? calleeName(block.callee) : `${calleeName(block.callee)}(${args.join(', ')})`
}
