// Where the files of a case lie: all of them have to be on the voxels of the first.
import { problem, type Problem } from '../compiler/diagnostics/diagnostic.ts'
import type { OrientationPolicy } from '../compiler/semantics/declarations/train.ts'
import type { Extents } from './case.ts'
import {
  affineTo,
  displacement,
  obliqueLimit,
  orientationBy,
  spacingOf,
  turnedGeometry,
  type Orientation,
} from './orientation.ts'
import type { FileRemark } from './remarks.ts'
import type { VolumeHeader } from './volume-header.ts'

/** What a prediction needs to be written on the grid of its input. */
export interface Grid {
  readonly path: string
  readonly header: VolumeHeader
  /** The bytes of a header of NIfTI, which labels on the same grid repeat. */
  readonly nifti?: Uint8Array
  readonly orientation: Orientation
}

/** Channels and labels of one case may lie this part of a voxel apart: rounding of affines, not another grid. */
const displacementLimit = 0.1

/** What does not matter where axes are left as they are stored. */
const aboutAxes: ReadonlySet<FileRemark['kind']> = new Set(['no-forms', 'forms-differ'])

/** What of a header's remarks matters under a policy. */
export const remarksUnder = (policy: OrientationPolicy, { remarks }: VolumeHeader): readonly FileRemark[] =>
  remarks.filter(({ kind }) => policy !== 'as_stored' || !aboutAxes.has(kind))

/** The sizes of voxels that a header says, in millimetres along the axes of the turned volume; undefined where it says none. */
export function statedSizes({ header: { sizes, unit }, orientation: { from } }: Grid): Extents | undefined {
  const along = (axis: number): number => (sizes[axis] ?? 0) * unit
  return sizes.every((size) => size > 0) ? [along(from[0]), along(from[1]), along(from[2])] : undefined
}

/** How a file is turned; it must lie on the voxels of `grid`, where one is given. */
export function orientationIn(
  header: VolumeHeader,
  path: string,
  policy: OrientationPolicy,
  grid: Grid | undefined,
): Orientation | Problem {
  // The same voxels in the same order are turned alike, also where rounding makes another order the nearest.
  if (grid !== undefined && liesAlike(header, grid.header)) return grid.orientation
  const own = orientationBy(policy, header.affine)
  if ('oblique' in own) return problem('nifti-oblique', { path, degrees: own.oblique, limit: obliqueLimit })
  return grid === undefined ? own : (otherGrid(header, own, path, grid) ?? own)
}

/** Whether the voxels of two files are the same; a file that does not say where it lies, lies as the other one. */
function liesAlike(header: VolumeHeader, other: VolumeHeader): boolean {
  if (header.extents.join() !== other.extents.join()) return false
  const affine = header.isPlaced && other.isPlaced ? header.affine : sizedAs(other, header)
  return displacement(other.extents, other.affine, affine) <= displacementLimit
}

/** The place of one file with the sizes of voxels of another. */
const sizedAs = ({ affine }: VolumeHeader, other: VolumeHeader): readonly number[] =>
  affineTo(affine, spacingOf(other.affine), 0)

function otherGrid(
  header: VolumeHeader,
  orientation: Orientation,
  path: string,
  grid: Grid,
): Problem | undefined {
  const found = turnedGeometry(header.extents, header.affine, orientation)
  const expected = turnedGeometry(grid.header.extents, grid.header.affine, grid.orientation)
  const differ = (what: string, a: string, b: string): Problem =>
    problem('geometry-differs', { path, other: grid.path, what, found: a, expected: b })
  const [here, there] = [found.extents.join('x'), expected.extents.join('x')]
  if (here !== there) return differ('extents', here, there)
  if (displacement(expected.extents, expected.affine, found.affine) <= displacementLimit) return undefined
  return differ('the affine', affineText(found.affine), affineText(expected.affine))
}

const affineText = (affine: readonly number[]): string =>
  `[${affine.map((value) => Number(value.toFixed(3))).join(' ')}]`
