// What the page of a training run is made from: plain data, gathered elsewhere.
import type { DatasetDescription } from '../../data/case.ts'
import type { HistoryRecord } from '../../data/history.ts'

/** One slice of a validation case with what was predicted for it. */
export interface ExampleSlice {
  /** `hippocampus_001`. */
  readonly case: string
  /** Where it lies, as people say it: `slice 17 of 35`. */
  readonly position?: string
  /** Height, width. */
  readonly extents: readonly [number, number]
  /** Grey values, row-major, windowed to 0..255. */
  readonly intensity: Uint8Array
  /** Classes, row-major; 0 is background. */
  readonly truth: Uint8Array
  readonly predicted: Uint8Array
}

export interface RunPageData {
  readonly network: string
  readonly recipe: {
    readonly name: string
    /** As it is written in the specification. */
    readonly text: string
  }
  /** Classes by name, background first. */
  readonly dataset: Pick<DatasetDescription, 'name' | 'classes' | 'regions'>
  /** Numbers of cases. */
  readonly split: { readonly training: number; readonly validation: number }
  readonly backend: string
  /** What made this page and from what, in one line. */
  readonly provenance: string
  /** In the order in which they were written. */
  readonly records: readonly HistoryRecord[]
  /** Epoch whose weights are kept as the best; none before the first validation. */
  readonly bestEpoch?: number
  /** How far the run is to go. */
  readonly plan?: { readonly epochs: number; readonly steps: number }
  readonly slices: readonly ExampleSlice[]
  readonly finished: boolean
  /** The run goes on and the page loads itself again after so many seconds. Neither this nor finished: it was interrupted. */
  readonly refreshSeconds?: number
}
