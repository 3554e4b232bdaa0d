// Attribute declarations: how an operator's arguments are described, read, defaulted and documented.
import type { Problem } from '../diagnostics/diagnostic.ts'
import type { Dim } from '../ir/tensor.ts'

/** A word with arguments, as in `init = he(slope = 0.01)`; a bare word has none. */
export interface Term {
  readonly kind: 'term'
  readonly word: string
  readonly positional: readonly Plain[]
  readonly named: Readonly<Record<string, Plain>>
}

/** Argument data as the language hands it to an operator: no tensors, blocks or functions. */
export type Plain = number | boolean | string | Dim | Term | readonly Plain[]

/** What an attribute's reader knows of the tensors that the operator is applied to. */
export interface AttributeContext {
  readonly operator: string
  readonly attribute: string
  /** Rank of the first input without the batch (`[C, D, H, W]` is 4); 0 where there is none. */
  readonly rank: number
}

/** One attribute. `T` is the explicit form that the graph keeps. */
export interface AttributeSpec<T> {
  /** As documentation and messages name it: `int`, `int per axis`, `padding`, `one of nearest, linear`. */
  readonly type: string
  readonly doc: string
  /** Words (and terms) that a bare name in this place means, before any variable of that name: `axis = depth`. */
  readonly words: readonly string[]
  /** Absent when the attribute is required, or `implied`. */
  readonly default?: Plain
  /** What holds where the attribute is not given, as documentation says it: then the explicit form leaves it out. */
  readonly implied?: string
  /** JSON Schema of the explicit form, for published graph documents. */
  readonly schema: object
  /** Checks and makes explicit: broadcasts an int over the axes, resolves words. */
  read(raw: Plain, context: AttributeContext): T | Problem
}

export type AttributeTable<A extends object> = { readonly [K in keyof A]-?: AttributeSpec<NonNullable<A[K]>> }
