// What a conformance case is: a small Weft expression over inputs, which every backend has to compute as the reference does.

export interface ConformanceCase {
  /** Unique within its operator. */
  readonly name: string
  /** Shapes without the batch, by the names that the expression uses. */
  readonly inputs: Readonly<Record<string, readonly number[]>>
  /** Default: 1. */
  readonly batch?: number
  readonly expression: string
  /** Added to the inputs, which lie within ±2: -3 makes all of them negative. Default: 0. */
  readonly level?: number
  /** All elements of the result, where PyTorch refuses the case: worked out by hand. */
  readonly byHand?: readonly number[]
}
