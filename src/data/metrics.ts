// How well a label map agrees with the reference: Dice, the 95th percentile of the Hausdorff distance, surface Dice.
import type { Geometry, LabelMap } from './case.ts'
import { distancesTo } from './distance.ts'

/** Voxels of one class. */
export interface ClassCounts {
  readonly both: number
  readonly predicted: number
  readonly reference: number
}

/** For each class, background first. */
export function countClasses(
  predicted: Uint8Array,
  reference: Uint8Array,
  classes: number,
): readonly ClassCounts[] {
  const counts = Array.from({ length: classes }, () => ({ both: 0, predicted: 0, reference: 0 }))
  for (const [at, label] of predicted.entries()) {
    const wanted = reference[at] ?? 0
    const [own, other] = [counts[label], counts[wanted]]
    if (own !== undefined) own.predicted++
    if (other !== undefined) other.reference++
    if (own !== undefined && label === wanted) own.both++
  }
  return counts
}

/** `2 |A ∩ B| / (|A| + |B|)`; null where neither has the class, which a mean leaves out as nnU-Net's does. 0 where one has it. */
export function dice({ both, predicted, reference }: ClassCounts): number | null {
  return predicted + reference === 0 ? null : (2 * both) / (predicted + reference)
}

/** The mean of what is not null; null where nothing is left. */
export function meanOfKnown(values: readonly (number | null)[]): number | null {
  const known = values.filter((value) => value !== null)
  return known.length === 0 ? null : known.reduce((sum, value) => sum + value, 0) / known.length
}

export interface SurfaceDistances {
  /** Millimetres; null where the class lies in only one of the maps, or in neither: there is no distance. */
  readonly hausdorff95: number | null
  /** Share of both surfaces that lies within the tolerance of the other one; null where neither map has the class, 0 where one has. */
  readonly surfaceDice: number | null
}

/**
 * Distances between the surfaces of one class, in MedPy's convention: the surface is the voxels of the class with a face neighbour
 * outside of it (6-connectivity; beyond the volume is outside), distances lead from voxel centre to voxel centre and respect the
 * spacing. `hausdorff95` is the 95th percentile (linear between ranks) of the distances of both directions taken together, as
 * `medpy.metric.binary.hd95`; surface Dice counts surface voxels, where DeepMind's surface-distance weighs surface areas.
 */
export function surfaceDistances(
  predicted: LabelMap,
  reference: LabelMap,
  label: number,
  tolerance: number,
): SurfaceDistances {
  const { geometry } = reference
  const ours = surfaceOf(predicted.data, geometry, label)
  const theirs = surfaceOf(reference.data, geometry, label)
  if (ours.length === 0 && theirs.length === 0) return { hausdorff95: null, surfaceDice: null }
  if (ours.length === 0 || theirs.length === 0) return { hausdorff95: null, surfaceDice: 0 }
  const distances = Float64Array.from([
    ...distancesFrom(ours, theirs, geometry),
    ...distancesFrom(theirs, ours, geometry),
  ]).sort()
  // A tolerance of a whole voxel is met by a voxel that far off, whatever the rounding of the root.
  const within = distances.filter((distance) => distance <= tolerance * (1 + 1e-9)).length
  return { hausdorff95: percentile(distances, 0.95), surfaceDice: within / distances.length }
}

/** Positions of the voxels of a class that have a face neighbour of another class or lie at the border of the volume. */
function surfaceOf(data: Uint8Array, { extents }: Geometry, label: number): readonly number[] {
  const [depth, height, width] = extents
  const [slice, row] = [height * width, width]
  const surface: number[] = []
  let at = 0
  for (let z = 0; z < depth; z++)
    for (let y = 0; y < height; y++)
      for (let x = 0; x < width; x++, at++) {
        if (data[at] !== label) continue
        const inside =
          z > 0 && z < depth - 1 && y > 0 && y < height - 1 && x > 0 && x < width - 1 &&
          data[at - slice] === label && data[at + slice] === label &&
          data[at - row] === label && data[at + row] === label &&
          data[at - 1] === label && data[at + 1] === label // prettier-ignore
        if (!inside) surface.push(at)
      }
  return surface
}

/** From each voxel of `from` to the nearest of `to`, in millimetres. */
function distancesFrom(
  from: readonly number[],
  to: readonly number[],
  { extents, spacing }: Geometry,
): number[] {
  const field = distancesTo(to, extents, spacing)
  return from.map((at) => Math.sqrt(field[at] ?? 0))
}

function percentile(sorted: Float64Array, share: number): number {
  const place = share * (sorted.length - 1)
  const below = Math.floor(place)
  const low = sorted[below] ?? 0
  return low + (place - below) * ((sorted[below + 1] ?? low) - low)
}

export interface VolumeDifference {
  /** Millilitres. */
  readonly predicted: number
  readonly reference: number
}

/** Volumes of a class from its counts. */
export function volumesOf({ predicted, reference }: ClassCounts, { spacing }: Geometry): VolumeDifference {
  const millilitres = (spacing[0] * spacing[1] * spacing[2]) / 1000
  return { predicted: predicted * millilitres, reference: reference * millilitres }
}
