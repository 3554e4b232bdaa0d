// One configuration: the largest patch that has room at a spacing, its network, and how many patches a batch has.
// nnunetv2 2.8.1: default_experiment_planner.py, `get_plans_for_configuration`.
import { roundHalfEven } from '../../data/pipeline/grid.ts'
import { plannedNetwork, type PlannedNetwork } from './network.ts'
import type { Preset } from './presets.ts'
import { topologyOf } from './topology.ts'
import type { Yardstick } from './yardsticks.ts'

export interface Configuration {
  readonly spacing: readonly number[]
  /** Median extents of the cases at this spacing. */
  readonly median: readonly number[]
  readonly network: PlannedNetwork
  readonly batch: number
}

/** What is planned for: a spacing, the extents that volumes have there, and how many voxels all of them have together. */
export interface Volumes {
  readonly spacing: readonly number[]
  readonly median: readonly number[]
  readonly voxels: number
}

const leastBatch = 2
const leastStages = 2

/** The smallest network that was tried where not even that has room; one of a single stage is no U-Net. */
export interface NoPlan {
  readonly least: PlannedNetwork
}

export function configurationFor(
  { spacing, median, voxels }: Volumes,
  preset: Preset,
  yardstick: Yardstick,
): Configuration | NoPlan {
  let network = plannedNetwork(topologyOf(spacing, firstPatch(spacing, median)), preset)
  if (network.strides.length < leastStages) return { least: network }
  while (!yardstick.fits(network)) {
    const next = plannedNetwork(topologyOf(spacing, smaller(network, spacing, median)), preset)
    if (next.strides.length < leastStages) return { least: network }
    network = next
  }
  const patchVoxels = network.patch.reduce((all, extent) => all * extent, 1)
  const covering = roundHalfEven((voxels * preset.covered) / patchVoxels)
  const batch = Math.max(leastBatch, yardstick.batch(network, covering))
  return { spacing, median, network, batch }
}

/** A cube, or square, in millimetres of so many voxels, and along no axis longer than the volumes are. */
function firstPatch(spacing: readonly number[], median: readonly number[]): readonly number[] {
  const aspect = spacing.map((length) => 1 / length)
  const rank = spacing.length
  const wanted = rank === 3 ? 256 ** 3 : 2048 ** 2
  const scale = (wanted / aspect.reduce((all, one) => all * one, 1)) ** (1 / rank)
  return aspect.map((one, axis) => Math.min(roundHalfEven(one * scale), median[axis] ?? 1))
}

/**
 * The axis that is longest in proportion to the volumes, of equal ones the last, shorter by what its extent has to be a multiple of once it is
 * shorter: so no extent that would do is passed over.
 */
function smaller(
  { patch, divisors }: PlannedNetwork,
  spacing: readonly number[],
  median: readonly number[],
): readonly number[] {
  const shares = patch.map((extent, axis) => extent / (median[axis] ?? 1))
  const longest = shares.lastIndexOf(Math.max(...shares))
  const shortened = (by: readonly number[]): readonly number[] =>
    patch.map((extent, axis) => (axis === longest ? extent - (by[axis] ?? 1) : extent))
  return shortened(topologyOf(spacing, shortened(divisors)).divisors)
}
