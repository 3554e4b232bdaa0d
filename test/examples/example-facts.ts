// What tests know of an example beside its text; `facts/` has a file for each, named as the example.
import type { ProbeSystem } from '../weights/probe-record.ts'
import type { Figure } from './figure.ts'

/** Arguments of a network as Weft expressions. */
export type Arguments = Readonly<Record<string, string>>

export interface ExampleFacts {
  /** The reference implementations that the example covers: no measured record of theirs is left out. */
  readonly systems: readonly string[]
  /** One per measured record. */
  readonly figures: readonly Figure[]
  /** Of configurations beside the recorded ones; where they come from is said beside them. */
  readonly further?: readonly Figure[]
  /** Measured outputs of official networks that the example gives. */
  readonly probes?: readonly ProbeSystem[]
  /** Each network at a size that the reference interpreter takes a second or two for. */
  readonly small: readonly (readonly [network: string, args: Arguments])[]
}
