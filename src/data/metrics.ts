// How well a label map agrees with the reference: Dice, the 95th percentile of the Hausdorff distance, surface Dice.
import type { Geometry, LabelMap } from './case.ts'
import { distancesTo } from './distance.ts'
import { labelsOfClasses, type Labelling } from './targets.ts'

/** Voxels of one class. */
export interface ClassCounts {
  readonly both: number
  readonly predicted: number
  readonly reference: number
}

/**
 * For each class but the background, of maps of labels: a voxel has all classes that its label lies in. Voxels that the reference ignores
 * are not counted.
 */
export function countClasses(
  predicted: Uint8Array,
  reference: Uint8Array,
  dataset: Labelling,
): readonly ClassCounts[] {
  const { ignore } = dataset
  const pairs = countPairs(predicted, reference)
  return labelsOfClasses(dataset).map((labels) => {
    const has = new Set(labels)
    const counts = { both: 0, predicted: 0, reference: 0 }
    for (const { found, wanted, voxels } of pairs) {
      if (wanted === ignore) continue
      if (has.has(found)) counts.predicted += voxels
      if (has.has(wanted)) counts.reference += voxels
      if (has.has(found) && has.has(wanted)) counts.both += voxels
    }
    return counts
  })
}

interface Pair {
  readonly found: number
  readonly wanted: number
  readonly voxels: number
}

/** How many voxels have one label in the first map and another in the second, of labels that meet. */
function countPairs(predicted: Uint8Array, reference: Uint8Array): readonly Pair[] {
  const counts = new Float64Array(256 * 256)
  for (let at = 0; at < predicted.length; at++) {
    const pair = (predicted[at] ?? 0) * 256 + (reference[at] ?? 0)
    counts[pair] = (counts[pair] ?? 0) + 1
  }
  return [...counts.entries()].flatMap(([pair, voxels]) =>
    voxels === 0 ? [] : [{ found: pair >> 8, wanted: pair & 255, voxels }],
  )
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
 * Distances between the surfaces of one class, whose labels these are, in MedPy's convention: the surface is the voxels of the class with a face neighbour
 * outside of it (6-connectivity, 4 in a picture of one plane; beyond the volume is outside), distances lead from voxel centre to voxel centre and respect the
 * spacing. `hausdorff95` is the 95th percentile (linear between ranks) of the distances of both directions taken together, as
 * `medpy.metric.binary.hd95`; surface Dice counts surface voxels, where DeepMind's surface-distance weighs surface areas.
 */
export function surfaceDistances(
  predicted: LabelMap,
  reference: LabelMap,
  labels: readonly number[],
  tolerance: number,
): SurfaceDistances {
  const { geometry } = reference
  const ours = surfaceOf(maskOf(predicted.data, labels), geometry)
  const theirs = surfaceOf(maskOf(reference.data, labels), geometry)
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

/** 1 where a voxel has one of the labels. */
function maskOf(data: Uint8Array, labels: readonly number[]): Uint8Array {
  const has = new Uint8Array(256)
  for (const label of labels) has[label] = 1
  return data.map((label) => has[label] ?? 0)
}

/** Positions of the voxels of a mask that have a face neighbour outside of it or lie at the border of the volume. */
function surfaceOf(mask: Uint8Array, { extents }: Geometry): readonly number[] {
  const [depth, height, width] = extents
  const [slice, row] = [height * width, width]
  const surface: number[] = []
  let at = 0
  for (let z = 0; z < depth; z++)
    for (let y = 0; y < height; y++)
      for (let x = 0; x < width; x++, at++) {
        if (mask[at] !== 1) continue
        const inside =
          y > 0 && y < height - 1 && x > 0 && x < width - 1 &&
          (depth === 1 || (z > 0 && z < depth - 1 && mask[at - slice] === 1 && mask[at + slice] === 1)) &&
          mask[at - row] === 1 && mask[at + row] === 1 &&
          mask[at - 1] === 1 && mask[at + 1] === 1 // prettier-ignore
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
