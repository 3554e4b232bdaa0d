// What an operator's backward pass needs of its forward pass: see `saved-tensors.ts` for which operator needs what.

/** Tensors that an operator makes for itself: means and deviations of norms, places of maxima, what dropout multiplies by, weights of attention. */
export type ExtraKind = 'statistics' | 'indices' | 'mask' | 'padded' | 'weights' | 'scaled'

export interface Extra {
  readonly kind: ExtraKind
  readonly bytes: number
}

export interface Saved {
  /** Positions in the node's inputs. */
  readonly inputs: readonly number[]
  readonly result: boolean
  readonly extras: readonly Extra[]
}
