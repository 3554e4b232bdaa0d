// One row of the table of figures that the examples have to count.

type Kind = 'conv' | 'conv_transpose' | 'norm'

/**
 * Measured by running the official code at the given size, or derived from it (the U-Nets of Caffe and Keras, sparse rows).
 * Multiply-accumulates are for a batch of one, and include every output that the network returns while it is trained.
 */
export interface Figure {
  /** The reference implementation, and its configuration. */
  readonly system: string
  readonly variant: string
  readonly file: string
  readonly network: string
  /** Arguments as Weft expressions. */
  readonly arguments: Readonly<Record<string, string>>
  /** Effective counts leave out what a mask switches off. */
  readonly counting: 'dense' | 'effective'
  readonly parameters: number
  readonly macs: number
  /** Not known for sparse rows. */
  readonly parametersBy?: Readonly<Record<Kind, number>>
  readonly macsBy?: Readonly<Record<Exclude<Kind, 'norm'>, number>>
  /** Shapes without the batch, in the official order. */
  readonly outputs?: readonly string[]
}
