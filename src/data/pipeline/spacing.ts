// Stage 4, target extents: how many voxels a volume has at the spacing that the network was trained at, and whether one axis is resampled by
// itself. nnunetv2 2.8.1: preprocessing/resampling/default_resampling.py, `compute_new_shape` and `determine_do_sep_z_and_axis`.
import type { Extents } from '../case.ts'
import { perAxis, roundHalfEven, type Triple } from './grid.ts'

/** The spacing of the plans; plans of slices leave the first axis as the volume has it. */
export function targetSpacing(planned: readonly number[], own: Triple): Triple {
  const [a = 1, b = 1, c] = planned
  return c === undefined ? [own[0], a, b] : [a, b, c]
}

/** `round(own / target · extent)`, in this order in float64; ties go to the even number. At least 1. */
export const targetExtents = (extents: Extents, own: Triple, target: Triple): Extents =>
  perAxis((axis) => Math.max(1, roundHalfEven((own[axis] / target[axis]) * extents[axis])))

/** How a resampling chooses an axis of its own: by the spacings (`auto`), always, or never. */
export type Separation = 'auto' | 'always' | 'never'

/** The largest voxels have to be this many times longer than the smallest. */
export const anisotropyThreshold = 3

/**
 * The axis along which the nearest slice is taken, while each slice is resampled in its plane: the one with the largest voxels of the first
 * of the two spacings that is anisotropic, if it is the only one of that size. Undefined: all axes are resampled together.
 */
export function separateAxis(
  separation: Separation,
  from: Triple,
  to: Triple,
  threshold = anisotropyThreshold,
): 0 | 1 | 2 | undefined {
  if (separation === 'never') return undefined
  const isAnisotropic = (spacing: Triple): boolean => Math.max(...spacing) / Math.min(...spacing) > threshold
  const decisive = separation === 'always' ? from : [from, to].find(isAnisotropic)
  const longest = ([0, 1, 2] as const).filter((axis) => decisive?.[axis] === Math.max(...(decisive ?? [])))
  return longest.length === 1 ? longest[0] : undefined
}
