// What a composite operator is: one that is expanded into primitives when the graph is built, so it needs no shape or cost rule.
// Written here rather than in the language only where it has to look at shapes or give a list.
import type { Problem } from '../diagnostics/diagnostic.ts'
import type { TensorType } from '../ir/tensor.ts'
import type { AttributeSpec, AttributeTable } from './attrs.ts'
import type { AnyAttributes, InputArity } from './op.ts'
import type { PrimitiveName, RequestOf } from './registry.ts'

/** Where an expansion puts its primitives. `T` is whatever stands for a tensor there. */
export interface CompositeBuilder<T> {
  /** Attributes are explicit; those left out take their defaults. */
  apply<K extends PrimitiveName>(op: K, inputs: readonly T[], attributes: Partial<RequestOf<K>>): T | Problem
  typeOf(tensor: T): TensorType
}

export interface Expansion<T, R> {
  readonly builder: CompositeBuilder<T>
  readonly inputs: readonly T[]
  readonly attributes: R
}

/** One tensor, or a list of them (`split`). */
export type Expanded<T> =
  { readonly kind: 'one'; readonly tensor: T } | { readonly kind: 'many'; readonly tensors: readonly T[] }

export interface Composite<Name extends string, R extends object> {
  readonly name: Name
  readonly doc: string
  readonly arity: InputArity
  readonly attributes: AttributeTable<R>
  /** Only called with as many inputs as the arity allows. */
  expand<T>(expansion: Expansion<T, R>): Expanded<T> | Problem
}

/** A composite that is not known statically. */
export interface AnyComposite {
  readonly name: string
  readonly doc: string
  readonly arity: InputArity
  readonly attributes: Readonly<Record<string, AttributeSpec<unknown>>>
  expand<T>(expansion: Expansion<T, AnyAttributes>): Expanded<T> | Problem
}
