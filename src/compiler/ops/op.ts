// What a primitive operator is: one declaration holding everything the compiler knows of it.
// Knows nothing of source text, of values of the language or of backends.
import type { Problem } from '../diagnostics/diagnostic.ts'
import type { Shape, TensorType } from '../ir/tensor.ts'
import type { AttributeSpec, AttributeTable } from './attrs.ts'
import type { Cost } from './cost-rules.ts'

/** How many tensors an operator takes, and what they are called in messages and documentation. */
export interface InputArity {
  readonly min: number
  /** `Infinity` for n-ary operators. */
  readonly max: number
  /** The last one is that of all further tensors, where there may be more than names. */
  readonly names: readonly string[]
}

/** How a parameter tensor begins. Fans are PyTorch's: fan_in = product of the shape without its first axis. */
export type Init =
  | { readonly kind: 'constant'; readonly value: number }
  /** One for each element, the last axis fastest. */
  | { readonly kind: 'values'; readonly values: readonly number[] }
  | { readonly kind: 'uniform'; readonly bound: number }
  | { readonly kind: 'normal'; readonly std: number; readonly truncated: boolean }

/** A parameter that an operator owns. Layouts are PyTorch's: convolution `[out, in/groups, k…]`, transposed `[in, out/groups, k…]`, linear `[out, in]`. */
export interface ParameterSpec {
  /** The last part of its path: `weight`, `bias`, `running_mean`, … */
  readonly name: string
  readonly shape: readonly number[]
  readonly init: Init
  /** A buffer is state, not trained and not counted as a parameter (batch norm's running statistics). */
  readonly buffer: boolean
}

export interface InferenceInput<A> {
  readonly attributes: A
  readonly inputs: readonly TensorType[]
}

/** What a shape rule finds: the result, the parameters, and the attributes with every default and per-axis value explicit. */
export interface Inference<A> {
  readonly output: TensorType
  readonly attributes: A
  readonly parameters: readonly ParameterSpec[]
}

export interface CostInput<A> {
  readonly attributes: A
  readonly inputs: readonly Shape[]
  readonly output: Shape
  readonly parameters: readonly ParameterSpec[]
}

/**
 * A primitive. `R` is its attribute record as read from a call, `A` the one that inference completes it to (`padding = half`
 * becomes numbers). `A` extends `R`, so that the attributes of a finished node can be inferred again.
 */
export interface Primitive<Name extends string, A extends R, R extends object = A> {
  readonly name: Name
  /** One sentence, then the formula and its source where there is one. Markdown. */
  readonly doc: string
  readonly arity: InputArity
  /** In positional order, as the language calls it: `conv(32, 3)` is `conv(channels = 32, kernel = 3)`. */
  readonly attributes: AttributeTable<R>
  /** Shape rule: fails with a problem, never with a guess. Only called with as many inputs as the arity allows. */
  infer(input: InferenceInput<R>): Inference<A> | Problem
  /** Cost of one application for a batch of one. Only called with concrete extents. */
  cost(input: CostInput<A>): Cost
  /** Of a norm. Only called with concrete extents. */
  statistic?(input: CostInput<A>): Statistic
  /** Of a pool: the first window without an element of the input. Only called with concrete extents. */
  emptyWindow?(input: CostInput<A>): EmptyWindow | undefined
}

/** The values that share a mean and a variance. */
export interface Statistic {
  /** What has one of its own: `channel`, `group`, `position`. */
  readonly of: string
  /** Of one sample. */
  readonly values: number
  /** Training computes it over all samples of a batch, and inference takes stored ones. */
  readonly acrossBatch: boolean
}

export interface EmptyWindow {
  /** Of the shape without the batch. */
  readonly axis: number
  readonly position: number
}

/** Attributes of an operator that is not known statically. */
export type AnyAttributes = Readonly<Record<string, unknown>>

/** A primitive that is not known statically: `attributes` must be what its own `read` functions or its own `infer` gave. */
export interface AnyPrimitive {
  readonly name: string
  readonly doc: string
  readonly arity: InputArity
  readonly attributes: Readonly<Record<string, AttributeSpec<unknown>>>
  infer(input: InferenceInput<AnyAttributes>): Inference<AnyAttributes> | Problem
  cost(input: CostInput<AnyAttributes>): Cost
  statistic?(input: CostInput<AnyAttributes>): Statistic
  emptyWindow?(input: CostInput<AnyAttributes>): EmptyWindow | undefined
}
