// What a verification finds, as data.
import type { NodeId } from '../compiler/ir/graph.ts'
import type { Distance } from './deviation.ts'
import type { Stored } from './tolerances.ts'

/** How far one value is from its reference. */
export interface Deviation extends Distance {
  readonly node: NodeId
  readonly path: string
  /** Name of the value in the file. */
  readonly value: string
  /** How many of its elements were compared. */
  readonly compared: number
  /** As far as rounding alone may take it, in standard deviations, where that is known of each operator by itself. */
  readonly rounding?: number
}

/** How far an output is. */
export interface OutputDeviation extends Deviation {
  readonly name: string
  /** The root of the mean square of all differences, in standard deviations. */
  readonly typical: number
}

/** A value whose extents are not those that the compiler inferred. */
export interface ShapeFault {
  readonly path: string
  readonly expected: readonly number[]
  readonly given: readonly number[]
}

/** A norm that makes much of little: the greatest factor by which it magnifies what its input is off by, as a share of that. */
export interface Magnification {
  readonly node: NodeId
  readonly path: string
  readonly factor: number
  /** How many values share a mean. */
  readonly values: number
}

/**
 * `sampled`: each operator by itself, from the runtime's own inputs, at chosen positions; the outputs of the file against those of its operators one
 * by one, or those of the same file in single precision where it has less. `exhaustive`: every element of every value, from the reference's own inputs.
 */
export type VerificationMode = 'sampled' | 'exhaustive'

export interface Verification {
  readonly kind: 'verified'
  readonly mode: VerificationMode
  readonly runtime: string
  /** What the file stores its weights in. */
  readonly stored: Stored
  /** Of the outputs; values on the way may be `valueAllowance` times as far. */
  readonly tolerance: number
  /** Of the file as it is shipped: its greatest difference, or the typical one where weights are stored in fewer than 32 bits. */
  readonly outputs: readonly OutputDeviation[]
  /** Of every value that is whole in the file, in order. */
  readonly values: readonly Deviation[]
  readonly shapeFaults: readonly ShapeFault[]
  /** Nodes that a pass computes together with others, so that the file has no value of their own. */
  readonly merged: number
  /** Norms that the outputs have rounding magnified by, the greatest first. */
  readonly magnified: readonly Magnification[]
  /** `undecided`: what was measured tells neither that the file is right nor that it is wrong. */
  readonly outcome: 'verified' | 'differs' | 'undecided'
  /** Why it is undecided. */
  readonly reason?: Doubt
  /** The outcome is `verified`. */
  readonly holds: boolean
}

export type Doubt =
  /** From this node on, rounding alone takes a value further than is allowed. */
  | { readonly kind: 'rounding'; readonly node: NodeId; readonly path: string; readonly reach: number }
  /** From this node on, the reference has values that are no finite numbers. */
  | { readonly kind: 'not-finite'; readonly node: NodeId; readonly path: string }
  /** Another image leaves this output where it is; behind the norm over a single value, where it is one. */
  | { readonly kind: 'unresponsive'; readonly output: string; readonly node?: NodeId; readonly path?: string }
