// What a loss is taken of, and what it gives.
import type { Targets } from '../../../../data/targets.ts'

/** One output and the labels that it should give, channels last. */
export interface Scored extends Targets {
  /** `[N, V, C]`: a row of `C` logits for each voxel. */
  readonly logits: Float32Array
  /** `[N, V]`. */
  readonly labels: Uint8Array
  /** N. */
  readonly items: number
  /** C. Without regions at least 2, and every label but the one to ignore lies below it: class 0 is background. */
  readonly classes: number
}

/** Voxels per class over the whole batch, background first: what is predicted, against the labels. */
export interface Overlap {
  readonly both: Float64Array
  readonly predicted: Float64Array
  readonly labelled: Float64Array
}

export interface Loss {
  readonly value: number
  /** Of the value by the logits, `[N, V, C]`. */
  readonly gradient: Float32Array
  readonly overlap: Overlap
}
