// Axes of a volume against the scanner's: which is which, and turning volumes by swaps and flips so that all agree.
import type { Extents, Geometry } from './case.ts'

/** How a volume in canonical order (inferior to superior, posterior to anterior, left to right) is found in its file. */
export interface Orientation {
  /** For each canonical axis of `Extents` (z, y, x) the axis of the file, counted alike (k, j, i as 0, 1, 2). */
  readonly from: Extents
  /** Whether the file counts against the canonical axis. */
  readonly flipped: readonly [boolean, boolean, boolean]
}

type Triple = Extents
const orders: readonly Triple[] = [
  [0, 1, 2],
  [0, 2, 1],
  [1, 0, 2],
  [1, 2, 0],
  [2, 0, 1],
  [2, 1, 0],
]

/** The component of file axis `axis` (k, j, i) along canonical axis `along` (z, y, x), in mm per voxel. */
const component = (affine: readonly number[], along: number, axis: number): number =>
  affine[(2 - along) * 4 + 2 - axis] ?? 0

/** Millimetres per voxel along k, j and i: the lengths of the affine's columns. */
export function spacingOf(affine: readonly number[]): Triple {
  const length = (axis: number): number =>
    Math.hypot(component(affine, 0, axis), component(affine, 1, axis), component(affine, 2, axis))
  return [length(0), length(1), length(2)]
}

/** The closest orientation, and the greatest angle between an axis of the file and the canonical axis it is taken for. */
export function orientationOf(affine: readonly number[]): {
  readonly orientation: Orientation
  readonly degrees: number
} {
  const spacing = spacingOf(affine)
  const cosine = (along: number, axis: number): number =>
    component(affine, along, axis) / (spacing[axis] ?? 1)
  const score = (order: Triple): number =>
    order.reduce((sum, axis, along) => sum + Math.abs(cosine(along, axis)), 0)
  const from = orders.reduce((best, order) => (score(order) > score(best) + 1e-9 ? order : best))
  const least = Math.min(...from.map((axis, along) => Math.abs(cosine(along, axis))))
  const flipped = (along: 0 | 1 | 2): boolean => cosine(along, from[along]) < 0
  return {
    orientation: { from, flipped: [flipped(0), flipped(1), flipped(2)] },
    degrees: (Math.acos(Math.min(1, least)) * 180) / Math.PI,
  }
}

const isCanonical = ({ from, flipped }: Orientation): boolean =>
  from.every((axis, along) => axis === along) && !flipped.includes(true)

/** The steps that walk a file's volume in canonical order. */
function walk(
  extents: Extents,
  { from, flipped }: Orientation,
): { start: number; steps: Triple; turned: Triple } {
  const strides: Triple = [extents[1] * extents[2], extents[2], 1]
  const step = (along: 0 | 1 | 2): number => strides[from[along]] ?? 0
  const signed = (along: 0 | 1 | 2): number => (flipped[along] ? -step(along) : step(along))
  const turned: Triple = [extents[from[0]] ?? 1, extents[from[1]] ?? 1, extents[from[2]] ?? 1]
  const offset = (along: 0 | 1 | 2): number => (flipped[along] ? (turned[along] - 1) * step(along) : 0)
  return { start: offset(0) + offset(1) + offset(2), steps: [signed(0), signed(1), signed(2)], turned }
}

/** A volume in its file's order to canonical order. The same array where nothing has to change. */
export function turned<T extends Float32Array | Uint8Array>(
  data: T,
  extents: Extents,
  orientation: Orientation,
): T {
  return moved(data, extents, orientation, (out, canonical, file) => (out[canonical] = data[file] ?? 0))
}

/** A volume in canonical order back to the order of its file, whose extents are `extents`. */
export function turnedBack<T extends Float32Array | Uint8Array>(
  data: T,
  extents: Extents,
  orientation: Orientation,
): T {
  return moved(data, extents, orientation, (out, canonical, file) => (out[file] = data[canonical] ?? 0))
}

function moved<T extends Float32Array | Uint8Array>(
  data: T,
  extents: Extents,
  orientation: Orientation,
  move: (out: T, canonical: number, file: number) => void,
): T {
  if (isCanonical(orientation)) return data
  const { start, steps, turned: shape } = walk(extents, orientation)
  const out = data.slice() as T
  let at = 0
  for (let z = 0; z < shape[0]; z++)
    for (let y = 0; y < shape[1]; y++)
      for (let x = 0; x < shape[2]; x++) move(out, at++, start + z * steps[0] + y * steps[1] + x * steps[2])
  return out
}

/** The geometry of a file's volume once it is turned: every voxel stays where it is in the scanner's space. */
export function turnedGeometry(
  extents: Extents,
  affine: readonly number[],
  { from, flipped }: Orientation,
): Geometry {
  const turnedAffine = Array.from({ length: 12 }, () => 0)
  for (let row = 0; row < 3; row++) {
    let origin = affine[row * 4 + 3] ?? 0
    for (const [along, axis] of from.entries()) {
      const step = affine[row * 4 + 2 - axis] ?? 0
      turnedAffine[row * 4 + 2 - along] = flipped[along] === true ? -step : step
      if (flipped[along] === true) origin += step * ((extents[axis] ?? 1) - 1)
    }
    turnedAffine[row * 4 + 3] = origin
  }
  const shape: Extents = [extents[from[0]] ?? 1, extents[from[1]] ?? 1, extents[from[2]] ?? 1]
  return { extents: shape, spacing: spacingOf(turnedAffine), affine: turnedAffine }
}

/** How far apart, in voxels of the first, two affines put the farthest corner of a volume. */
export function displacement(extents: Extents, affine: readonly number[], other: readonly number[]): number {
  const least = Math.min(...spacingOf(affine))
  let greatest = 0
  for (let corner = 0; corner < 8; corner++) {
    const place = [
      corner & 1 ? extents[2] - 1 : 0,
      corner & 2 ? extents[1] - 1 : 0,
      corner & 4 ? extents[0] - 1 : 0,
      1,
    ]
    const apart = [0, 1, 2].map((row) =>
      place.reduce(
        (sum, step, k) => sum + step * ((affine[row * 4 + k] ?? 0) - (other[row * 4 + k] ?? 0)),
        0,
      ),
    )
    greatest = Math.max(greatest, Math.hypot(...apart) / least)
  }
  return greatest
}
