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
  | { readonly kind: 'list'; readonly items: readonly Value[] }
  | { readonly kind: 'dim'; readonly dim: SymbolicDim }
  | { readonly kind: 'tensor'; readonly node: NodeId }
  | { readonly kind: 'term'; readonly word: string; readonly positional: readonly Value[]; readonly named: ReadonlyMap<string, Value> }
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
export const list = (items: readonly Value[]): Value => ({ kind: 'list', items })
export const tensor = (node: NodeId): Value => ({ kind: 'tensor', node })

export function calleeName(callee: Callee): string {
  return callee.kind === 'declared' ? callee.declaration.name.name : callee.name
}

/** The word for a value's type in messages: `int`, `[int]`, `block conv`, `tensor`. */
export function typeName(value: Value): string {
  switch (value.kind) {
    case 'list': {
      const kinds = [...new Set(value.items.map(typeName))]
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

/** The value as source text, as far as it has one: for messages and for the arguments in force. */
export function showValue(value: Value): string {
  switch (value.kind) {
    case 'int':
    case 'bool':
      return String(value.value)
    case 'float':
      return Number.isInteger(value.value) ? value.value.toFixed(1) : String(value.value)
    case 'string':
      return JSON.stringify(value.value)
    case 'list':
      return `[${value.items.map(showValue).join(', ')}]`
    case 'dim':
      return formatDim(value.dim)
    case 'term':
      return showTerm(value)
    case 'block':
      return showBlock(value)
    default:
      return typeName(value)
  }
}

function showTerm(term: Extract<Value, { kind: 'term' }>): string {
  const args = [...term.positional.map(showValue), ...[...term.named].map(([name, value]) => `${name} = ${showValue(value)}`)]
  return args.length === 0 ? term.word : `${term.word}(${args.join(', ')})`
}

function showBlock(block: BlockValue): string {
  if (block.form === 'shared') return showBlock(block.inner)
  if (block.form === 'composed') return block.stages.map(showBlock).join(' -> ')
  const args = block.args.map((one) => (one.name === undefined ? '' : `${one.name} = `) + showValue(one.value))
  return args.length === 0 ? calleeName(block.callee) : `${calleeName(block.callee)}(${args.join(', ')})`
}
