// Axes of a volume against the scanner's: which is which, and turning volumes by swaps and flips so that all agree.
import type { OrientationPolicy } from '../compiler/semantics/declarations/train.ts'
import type { Extents, Geometry } from './case.ts'

/** How a volume in canonical order (inferior to superior, posterior to anterior, left to right) is found in its file. */
export interface Orientation {
  /** For each canonical axis of `Extents` (z, y, x) the axis of the file, counted alike (k, j, i as 0, 1, 2). */
  readonly from: Extents
  /** Whether the file counts against the canonical axis. */
  readonly flipped: readonly [boolean, boolean, boolean]
}

type Triple = Extents
const asStored: Orientation = { from: [0, 1, 2], flipped: [false, false, false] }

/** An axis may lie this many degrees off the scanner's axis that it is taken for; at 45 two would be equally near. */
export const obliqueLimit = 40
/** Degrees by which rounding of a header may move an axis. */
const rounding = 1e-3

/** The orientation that a policy gives a volume; where none is clear, how many degrees the axes lie off. */
export function orientationBy(
  policy: OrientationPolicy,
  affine: readonly number[],
): Orientation | { readonly oblique: number } {
  if (policy === 'as_stored') return asStored
  const { orientation, degrees } = orientationOf(affine)
  return policy === 'strict' && degrees > obliqueLimit + rounding ? { oblique: degrees } : orientation
}

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

/** The same directions with other sizes of voxels along k, j and i; as it was where none differs by more than the share `tolerance`. */
export function affineTo(
  affine: readonly number[],
  spacing: readonly number[],
  tolerance: number,
): readonly number[] {
  const factors = spacingOf(affine).map((own, axis) => (spacing[axis] ?? own) / own)
  if (factors.every((factor) => Math.abs(factor - 1) <= tolerance)) return affine
  return affine.map((value, at) => (at % 4 === 3 ? value : value * (factors[2 - (at % 4)] ?? 1)))
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

/** How a file's volume lies in canonical order: where its first voxel goes, and how far on each step of k, j and i leads. */
function layOf(extents: Extents, { from, flipped }: Orientation): { start: number; steps: Triple } {
  const shape = from.map((axis) => extents[axis] ?? 1)
  const strides = [(shape[1] ?? 1) * (shape[2] ?? 1), shape[2] ?? 1, 1]
  const steps: [number, number, number] = [0, 0, 0]
  let start = 0
  for (const [along, axis] of from.entries()) {
    const stride = strides[along] ?? 0
    steps[axis] = flipped[along] === true ? -stride : stride
    if (flipped[along] === true) start += ((shape[along] ?? 1) - 1) * stride
  }
  return { start, steps }
}

/** Told of voxels in the order of a file, from the given one on, where each goes in canonical order. */
export function placesOf(
  extents: Extents,
  orientation: Orientation,
): (first: number, count: number, each: (at: number, place: number) => void) => void {
  const { start, steps } = layOf(extents, orientation)
  const [, rows, columns] = extents
  return (first, count, each) => {
    for (let at = 0; at < count;) {
      const i = (first + at) % columns
      const row = Math.floor((first + at) / columns)
      const place = start + Math.floor(row / rows) * steps[0] + (row % rows) * steps[1]
      const end = Math.min(count, at + columns - i)
      for (let k = i; at < end; k++) each(at++, place + k * steps[2])
    }
  }
}

/** A volume in canonical order back to the order of its file, whose extents are `extents`. */
export function turnedBack(data: Uint8Array, extents: Extents, orientation: Orientation): Uint8Array {
  const out = new Uint8Array(data.length)
  const places = placesOf(extents, orientation)
  places(0, data.length, (at, place) => (out[at] = data[place] ?? 0))
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
