// The file of one channel, or of labels, whatever its format: what its header says, and its voxels in the order of the file.
import type { Problem } from '../../compiler/diagnostics/diagnostic.ts'
import type { FileRemark } from '../../data/remarks.ts'
import type { VolumeHeader } from '../../data/volume-header.ts'

export interface VolumeFile {
  readonly path: string
  readonly header: VolumeHeader
  /** The bytes of a header of NIfTI, which labels on the same grid repeat. */
  readonly nifti?: Uint8Array
  /** Tells of the voxels piece by piece, `first` the place of a piece's first; what comes to light on the way is remarked. */
  readVoxels(take: (values: Float32Array, first: number) => void): Promise<readonly FileRemark[] | Problem>
}
