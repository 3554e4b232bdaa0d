// Files of one case as the arrays that a reader of nnU-Net makes of them, with the spacing that it takes; and labels on the same voxels. Of
// formats there is NIfTI. nnunetv2 2.8.1: imageio/simpleitk_reader_writer.py and imageio/nibabel_reader_writer.py.
import { isProblem, problem, type Problem } from '../../compiler/diagnostics/diagnostic.ts'
import type { OrientationPolicy } from '../../compiler/semantics/declarations/train.ts'
import type { CaseShape } from '../../data/case.ts'
import { turnedGeometry } from '../../data/orientation.ts'
import type { Volume } from '../../data/pipeline/pipeline.ts'
import type { FileRemark } from '../../data/remarks.ts'
import type { Reader } from '../../nnunet/pipeline.ts'
import { readGrid, readImage, writeLabels, type Grid } from '../nifti-files.ts'

export interface VolumeShape extends CaseShape, Pick<Volume, 'spacing'> {}

export interface OpenedVolume {
  readonly volume: Volume
  readonly remarks: readonly FileRemark[]
  /** Writes labels on the voxels of the first channel's file, whose header they get. */
  writeLabels(path: string, labels: Uint8Array): Problem | undefined
}

/** Axes as they are stored, or turned towards right, anterior and superior; an axis that is closest to none is refused then. */
const policies: Readonly<Record<Reader, OrientationPolicy>> = {
  SimpleITKIO: 'as_stored',
  NibabelIO: 'as_stored',
  NibabelIOWithReorient: 'strict',
}

/** What the headers say. */
export async function inspectVolume(
  paths: readonly string[],
  reader: Reader,
): Promise<VolumeShape | Problem> {
  const found = await readGrid(paths, policies[reader])
  if (isProblem(found)) return found
  const spacing = spacingFor(found.grid, reader)
  if (isProblem(spacing)) return spacing
  const { header, orientation } = found.grid
  const { extents } = turnedGeometry(header.extents, header.affine, orientation)
  return { extents, spacing, channels: paths.length, remarks: found.remarks }
}

/** The voxels too. Channels have to lie on one grid, which nnU-Net only warns of. */
export async function readVolume(paths: readonly string[], reader: Reader): Promise<OpenedVolume | Problem> {
  const found = await readImage(paths, policies[reader])
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

/**
 * ITK takes `pixdim` in millimetres; nibabel takes its numbers whatever their unit, and of a volume that it turns the lengths of the affine's
 * columns, as float32.
 */
function spacingFor({ path, header, orientation }: Grid, reader: Reader): Volume['spacing'] | Problem {
  const refuse = (reason: string): Problem => problem('volume-unsupported', { path, reader, reason })
  const { rank, sizes, unit, extents, affine, remarks } = header
  if (rank !== 3) return refuse(`it has ${rank} axes, not 3`)
  if (!sizes.every((size) => size > 0)) return refuse('its header says no size of voxels')
  const [z, y, x] = sizes
  if (reader === 'SimpleITKIO') return [z * unit, y * unit, x * unit]
  const isStored = orientation.from.every((axis, k) => axis === k) && !orientation.flipped.includes(true)
  if (isStored) return sizes
  if (unit !== 1 || remarks.some(({ kind }) => kind === 'spacing-differs'))
    return refuse('it has to be turned, and its `pixdim` is not what its affine says')
  const turned = turnedGeometry(extents, affine, orientation).spacing
  return [Math.fround(turned[0]), Math.fround(turned[1]), Math.fround(turned[2])]
}
