// What nnU-Net's readers take of a file: the order of its axes and the spacing. nnunetv2 2.8.1: imageio/simpleitk_reader_writer.py and
// imageio/nibabel_reader_writer.py. What nibabel does not read is taken as the NIfTI file that ITK makes of it, with sizes in float32.
import { problem, type Problem } from '../compiler/diagnostics/diagnostic.ts'
import type { OrientationPolicy } from '../compiler/semantics/declarations/train.ts'
import type { Grid } from '../data/volume-grid.ts'
import { turnedGeometry } from '../data/orientation.ts'
import type { Volume } from '../data/pipeline/pipeline.ts'
import type { Reader } from './pipeline.ts'

/** Axes as they are stored, or turned towards right, anterior and superior; an axis that is closest to none is refused then. */
export const orientationPolicies: Readonly<Record<Reader, OrientationPolicy>> = {
  SimpleITKIO: 'as_stored',
  NibabelIO: 'as_stored',
  NibabelIOWithReorient: 'strict',
}

/**
 * ITK takes `pixdim` in millimetres; nibabel takes its numbers whatever their unit, and of a volume that it turns the lengths of the affine's
 * columns, as float32.
 */
export function spacingFor(
  { path, header, orientation, nifti }: Grid,
  reader: Reader,
): Volume['spacing'] | Problem {
  const refuse = (reason: string): Problem => problem('volume-unsupported', { path, reader, reason })
  const { rank, sizes, unit, extents, affine, remarks } = header
  if (rank !== 3) return refuse(`it has ${rank} axes, not 3`)
  if (!sizes.every((size) => size > 0)) return refuse('its header says no size of voxels')
  const [z, y, x] = sizes
  if (reader === 'SimpleITKIO') return [z * unit, y * unit, x * unit]
  const isStored = orientation.from.every((axis, k) => axis === k) && !orientation.flipped.includes(true)
  if (isStored) return nifti === undefined ? [Math.fround(z), Math.fround(y), Math.fround(x)] : sizes
  if (unit !== 1 || remarks.some(({ kind }) => kind === 'spacing-differs'))
    return refuse('it has to be turned, and its `pixdim` is not what its affine says')
  const turned = turnedGeometry(extents, affine, orientation).spacing
  return [Math.fround(turned[0]), Math.fround(turned[1]), Math.fround(turned[2])]
}
