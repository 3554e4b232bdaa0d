// Cases of a dataset as training and prediction see them: plain arrays with their geometry. No files, no frameworks.
import type { Problem } from '../compiler/diagnostics/diagnostic.ts'
import type { FileRemark } from './remarks.ts'

/** Depth, height, width. Slower axes first, so a NIfTI file's `(i, j, k)` are `[k, j, i]` here and its bytes need no reordering. */
export type Extents = readonly [number, number, number]

/** Where voxels lie in the scanner's space. */
export interface Geometry {
  readonly extents: Extents
  /** Millimetres per voxel, in the order of `extents`. */
  readonly spacing: readonly [number, number, number]
  /** NIfTI's voxel-to-world matrix of `(i, j, k, 1)`, rows of 4, three rows. */
  readonly affine: readonly number[]
}

/** What is known of a case before its voxels are read. */
export interface CaseShape {
  readonly extents: Extents
  readonly channels: number
  /** Millimetres per voxel, in the order of `extents`: the sizes that the header says, as they are. */
  readonly spacing: Extents
  /** What its headers leave open, or say in two ways. */
  readonly remarks?: readonly FileRemark[]
}

/** Intensities of one case: `channels × depth × height × width`, row-major. */
export interface Image {
  readonly geometry: Geometry
  readonly channels: number
  readonly data: Float32Array
}

/** Classes of one case: `depth × height × width`; 0 is background. */
export interface LabelMap {
  readonly geometry: Geometry
  readonly data: Uint8Array
}

export interface LabelledCase {
  /** `hippocampus_001`. */
  readonly name: string
  readonly image: Image
  readonly labels: LabelMap
  /** What its files leave open, or say in two ways. */
  readonly remarks?: readonly FileRemark[]
}

/** A case that is read when it is asked for. Nothing is promised about how often: what reads it may keep it. */
export interface LazyCase<T> {
  readonly name: string
  load(): Promise<T | Problem>
}

/** What a dataset declares: the channels and the classes by name, class 0 (background) first. */
export interface DatasetDescription {
  readonly name: string
  readonly channels: readonly string[]
  readonly classes: readonly string[]
  /** Of the classes but the background, where one has several labels; else a class is its place in the list. */
  readonly regions?: readonly Region[]
  /** The label of voxels that nobody has labelled: the one after all others. */
  readonly ignore?: number
}

/** A class of several labels, which others may share. */
export interface Region {
  readonly labels: readonly number[]
  /** The label that stands for it in a predicted map, where no later region is. */
  readonly written: number
}

/** Input of one training step. */
export interface Batch {
  /** `N × C × …patch`, row-major, normalised. */
  readonly images: Float32Array
  /** `N × …patch`. */
  readonly labels: Uint8Array
  /** `[N, C, …patch]`. */
  readonly shape: readonly number[]
}
