// One row of the table of figures that the examples have to count.
import type { Arguments } from './example-facts.ts'

/** What is counted apart; `table` is what belongs to no layer, such as position embeddings; `attention` products of two activations. */
export type ParameterKind = 'activation' | 'conv' | 'conv_transpose' | 'linear' | 'norm' | 'table'
export type MacKind = 'conv' | 'conv_transpose' | 'linear' | 'attention'

/**
 * Measured by running the official code at the given size, or derived from it (the U-Nets of Caffe and Keras, sparse rows).
 * Multiply-accumulates are for a batch of one, and include every output that the network returns while it is trained, unless it was
 * `evaluated`.
 */
export interface Figure {
  /** The reference implementation, and its configuration. */
  readonly system: string
  readonly variant: string
  readonly network: string
  readonly arguments: Arguments
  /** Effective counts leave out what a mask switches off. */
  readonly counting: 'dense' | 'effective'
  /** Whether the record's multiply-accumulates and outputs are those of a network in evaluation, without its `aux` outputs. */
  readonly evaluated?: true
  readonly parameters: number
  /** Not known where the official code does not run. */
  readonly macs?: number
  /** Not known for sparse rows; what is not listed is 0. */
  readonly parametersBy?: Readonly<Partial<Record<ParameterKind, number>>>
  readonly macsBy?: Readonly<Partial<Record<MacKind, number>>>
  /** Shapes without the batch, in the official order. */
  readonly outputs?: readonly string[]
  /**
   * Every layer with parameters, and how often it occurs, as listed from the running reference implementation: compared besides totals,
   * so that two mistakes cannot cancel out.
   */
  readonly layers?: Readonly<Record<string, number>>
}
