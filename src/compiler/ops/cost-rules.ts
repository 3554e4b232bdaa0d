// Cost as a value, and the rules shared by operators. MACs only count products of data with weights or data (see `Cost.macs`).

/**
 * What one application costs for a batch of one.
 * Not counted: bias, normalisation, activation, pooling, resize, copies.
 */
export interface Cost {
  /** Multiply-accumulates of convolutions, linear layers and matrix products, padding taps included. */
  readonly macs: number
  /**
   * How often each element of the operator's `weight` is multiplied: output positions for a convolution, *input* positions for a
   * transposed one, rows for a linear layer; 0 without a weight. Masking `n` elements of the weight saves `n * weightUses` MACs.
   */
  readonly weightUses: number
}

export const freeCost: Cost = { macs: 0, weightUses: 0 }

/** Each of `weightCount` weights multiplied `weightUses` times. Totals past 2^53 are caught where costs are summed. */
export function weightedCost(weightCount: number, weightUses: number): Cost {
  return { macs: weightCount * weightUses, weightUses }
}
