// What is told of a case once its label map is written.

export interface PredictedCase {
  readonly name: string
  /** The file that was written. */
  readonly path: string
  /** Of each class, background first; in millilitres. A voxel of several regions counts in each. */
  readonly volumes: readonly number[]
}
