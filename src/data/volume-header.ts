// What the file of a volume says of it before its voxels are read, whatever its format.
import type { Extents } from './case.ts'
import type { FileRemark } from './remarks.ts'

export interface VolumeHeader {
  /** In the order of the file. */
  readonly extents: Extents
  /** How many axes it says there are. */
  readonly rank: number
  /** Sizes of voxels, in the file's own unit, in the order of `extents`; NaN or 0 where it says none. */
  readonly sizes: readonly [number, number, number]
  /** Millimetres per that unit. */
  readonly unit: number
  /** As `Geometry.affine`, in millimetres, in the order of the file. */
  readonly affine: readonly number[]
  /** Whether the file says how its axes lie; the affine is made up where it does not. */
  readonly isPlaced: boolean
  /** What the stored numbers are multiplied by; 1 where their reader has done so. */
  readonly slope: number
  readonly intercept: number
  readonly remarks: readonly FileRemark[]
}
