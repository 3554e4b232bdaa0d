// Files of one case as the arrays that a reader of nnU-Net makes of them, with the spacing that it takes; and labels on the same voxels.
// nnunetv2 2.8.1: imageio/simpleitk_reader_writer.py and imageio/nibabel_reader_writer.py. What nibabel does not read is taken as the NIfTI
// file that ITK makes of it.
import { isProblem, type Problem } from '../../compiler/diagnostics/diagnostic.ts'
import type { CaseShape } from '../../data/case.ts'
import { turnedGeometry } from '../../data/orientation.ts'
import type { Volume } from '../../data/pipeline/pipeline.ts'
import type { FileRemark } from '../../data/remarks.ts'
import type { Reader } from '../../nnunet/pipeline.ts'
import { orientationPolicies, spacingFor } from '../../nnunet/readers.ts'
import { readGrid, readImage, writeLabels } from '../volume-files.ts'

export type VolumeShape = CaseShape

export interface OpenedVolume {
  readonly volume: Volume
  readonly remarks: readonly FileRemark[]
  /** Writes labels on the voxels of the first channel's file, whose header they get. */
  writeLabels(path: string, labels: Uint8Array): Problem | undefined
}

/** What the headers say. */
export async function inspectVolume(
  paths: readonly string[],
  reader: Reader,
): Promise<VolumeShape | Problem> {
  const found = await readGrid(paths, orientationPolicies[reader])
  if (isProblem(found)) return found
  const spacing = spacingFor(found.grid, reader)
  if (isProblem(spacing)) return spacing
  const { header, orientation } = found.grid
  const { extents } = turnedGeometry(header.extents, header.affine, orientation)
  return { extents, spacing, channels: paths.length, remarks: found.remarks }
}

/** The voxels too. Channels have to lie on one grid, which nnU-Net only warns of. */
export async function readVolume(paths: readonly string[], reader: Reader): Promise<OpenedVolume | Problem> {
  const found = await readImage(paths, orientationPolicies[reader])
  if (isProblem(found)) return found
  const { image, grid, remarks } = found
  const spacing = spacingFor(grid, reader)
  if (isProblem(spacing)) return spacing
  const { extents } = image.geometry
  const voxels = image.data.length / image.channels
  const channels = paths.map((_, channel) => image.data.subarray(channel * voxels, (channel + 1) * voxels))
  return {
    volume: { extents, spacing, channels },
    remarks,
    writeLabels: (path, labels) => writeLabels(path, labels, grid),
  }
}
