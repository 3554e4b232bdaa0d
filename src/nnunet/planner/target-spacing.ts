// The spacing that volumes are resampled to, and what follows from it. nnunetv2 2.8.1: default_experiment_planner.py,
// `determine_fullres_target_spacing` and `determine_transpose`.
import { median, quantile, sortedNumbers } from '../../data/fingerprint/quantiles.ts'
import type { CaseFingerprint } from '../../data/fingerprint/fingerprint.ts'
import { perAxis, roundHalfEven, type Triple } from '../../data/pipeline/grid.ts'
import { anisotropyThreshold } from '../../data/pipeline/spacing.ts'
import { inOrder, inverseOrder } from '../../data/pipeline/transpose.ts'

type Cases = readonly CaseFingerprint[]

/**
 * The median along each axis. Where one axis has voxels more than 3 times as long as the others, and less than a third of their number, the
 * finest tenth of its spacings decides instead, so that what is finer is not blurred; but never less than the other axes have.
 */
export function plannedSpacing(cases: Cases): Triple {
  const target = perAxis((axis) => quantile(along(cases, 'spacing', axis), 0.5))
  const size = perAxis((axis) => quantile(along(cases, 'cropped', axis), 0.5))
  const worst = longestAxis(target)
  const others = [0, 1, 2].filter((axis) => axis !== worst)
  const coarsest = Math.max(...others.map((axis) => target[axis] ?? 1))
  const isAnisotropic =
    target[worst] > anisotropyThreshold * coarsest &&
    size[worst] * anisotropyThreshold < Math.min(...others.map((axis) => size[axis] ?? 1))
  if (!isAnisotropic) return target
  const fine = quantile(along(cases, 'spacing', worst), 10 / 100)
  return perAxis((axis) => (axis !== worst ? target[axis] : fine < coarsest ? coarsest + 1e-5 : fine))
}

const along = (cases: Cases, of: 'spacing' | 'cropped', axis: 0 | 1 | 2): readonly number[] =>
  sortedNumbers(cases.map((one) => one[of][axis]))

/** The first of the longest. */
const longestAxis = (spacing: Triple): 0 | 1 | 2 =>
  ([0, 1, 2] as const).find((axis) => spacing[axis] === Math.max(...spacing)) ?? 0

export interface Axes {
  readonly forward: Triple
  readonly backward: Triple
}

/** The axis with the longest voxels comes first. */
export function plannedAxes(spacing: Triple): Axes {
  const first = longestAxis(spacing)
  const [second = 0, third = 0] = [0, 1, 2].filter((axis) => axis !== first)
  const forward: Triple = [first, second, third]
  return { forward, backward: inverseOrder(forward) }
}

/** The median over the cases of the extents at a spacing, in the order of the network. */
export function medianExtents(cases: Cases, spacing: Triple, order: Triple): Triple {
  const extents = perAxis((axis) =>
    median(cases.map((one) => roundHalfEven((one.spacing[axis] / spacing[axis]) * one.cropped[axis]))),
  )
  return inOrder(extents, order)
}

/** Medians of what the cases have, in the order of the network. */
export const medianOf = (cases: Cases, of: 'spacing' | 'cropped', order: Triple): Triple =>
  inOrder(
    perAxis((axis) => median(cases.map((one) => one[of][axis]))),
    order,
  )
