// All configurations of a dataset by nnU-Net's rules: slices, volumes, and volumes at a coarser spacing where a patch sees too little of them.
// nnunetv2 2.8.1: default_experiment_planner.py, `plan_experiment`.
import type { CaseFingerprint } from '../../data/fingerprint/fingerprint.ts'
import { roundHalfEven, type Triple } from '../../data/pipeline/grid.ts'
import { inOrder } from '../../data/pipeline/transpose.ts'
import { configurationFor, type Configuration, type NoPlan, type Volumes } from './configuration.ts'
import type { Preset } from './presets.ts'
import { medianExtents, plannedAxes, plannedSpacing, type Axes } from './target-spacing.ts'
import type { Yardstick } from './yardsticks.ts'

export type ConfigurationName = '2d' | '3d_lowres' | '3d_fullres'

export interface NamedConfiguration extends Configuration {
  readonly name: ConfigurationName
  /** Whether the Dice is of a whole batch. */
  readonly batchDice: boolean
}

export interface Plan {
  readonly axes: Axes
  readonly configurations: readonly NamedConfiguration[]
}

/** A patch that sees less of a median volume asks for a coarser spacing. */
const leastShare = 0.25
/** What is less coarse than this, in voxels, is not worth a configuration. */
const leastGain = 2
const spacingStep = 1.03

export function planFor(
  cases: readonly CaseFingerprint[],
  count: number,
  preset: Preset,
  yardstick: Yardstick,
): Plan | NoPlan {
  const spacing = plannedSpacing(cases)
  const axes = plannedAxes(spacing)
  const median = medianExtents(cases, spacing, axes.forward)
  const full = { spacing: inOrder(spacing, axes.forward), median, voxels: product(median) * count }
  const slices = configurationFor(
    { ...full, spacing: full.spacing.slice(1), median: median.slice(1) },
    preset,
    yardstick,
  )
  if ('least' in slices) return slices
  const ofSlices = { ...slices, name: '2d', batchDice: true } as const
  if (median[0] === 1) return { axes, configurations: [ofSlices] }
  const volumes = volumeConfigurations(full, count, preset, yardstick)
  return 'least' in volumes ? volumes : { axes, configurations: [ofSlices, ...volumes] }
}

function volumeConfigurations(
  volumes: Volumes & { readonly spacing: Triple; readonly median: Triple },
  count: number,
  preset: Preset,
  yardstick: Yardstick,
): readonly NamedConfiguration[] | NoPlan {
  const full = configurationFor(volumes, preset, yardstick)
  if ('least' in full) return full
  const { spacing, median } = volumes
  let coarse: Configuration | undefined
  let [voxels, lengths] = [product(median), spacing]
  let { patch } = full.network
  while (product(patch) / voxels < leastShare) {
    lengths = coarser(lengths)
    const extents = lengths.map((length, axis) => ((spacing[axis] ?? 1) / length) * (median[axis] ?? 1))
    voxels = product(extents)
    const found = configurationFor(
      { spacing: lengths, median: extents.map(roundHalfEven), voxels: voxels * count },
      preset,
      yardstick,
    )
    if ('least' in found) return found
    coarse = found
    patch = found.network.patch
  }
  const isWorthIt = coarse !== undefined && product(median) / voxels >= leastGain
  const fullres = { ...full, name: '3d_fullres', batchDice: isWorthIt } as const
  return isWorthIt && coarse !== undefined
    ? [{ ...coarse, name: '3d_lowres', batchDice: false }, fullres]
    : [fullres]
}

/** Axes less than half as long as the longest first, then all together. */
function coarser(spacing: Triple): Triple {
  const longest = Math.max(...spacing)
  const fine = spacing.map((length) => longest / length > 2)
  const grown = (axis: 0 | 1 | 2): number =>
    !fine.includes(true) || fine[axis] === true ? spacing[axis] * spacingStep : spacing[axis]
  return [grown(0), grown(1), grown(2)]
}

const product = (extents: readonly number[]): number => extents.reduce((all, one) => all * one, 1)
