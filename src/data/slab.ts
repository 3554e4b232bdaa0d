// Sums of scores for the planes that windows still reach. Windows come in the order of their first planes, so a window's depth of planes is
// all that is held, whatever the volume's: a plane that no later window touches is given away, and its place is the next one's.
import type { Extents } from './case.ts'

export interface Slab {
  /** Of the volume. */
  readonly extents: Extents
  /** Planes that are held: plane `z` stands in place `z mod depth`. */
  readonly depth: number
  /** For each class the weighted sums, `depth × height × width`. */
  readonly scores: readonly Float32Array[]
  /** The sums of the weights. */
  readonly weights: Float32Array
}

/** Planes that a slab holds. */
export const slabDepth = (extents: Extents, patch: Extents): number => Math.min(extents[0], patch[0])

export function openSlab(extents: Extents, patch: Extents, classes: number): Slab {
  const depth = slabDepth(extents, patch)
  const size = depth * extents[1] * extents[2]
  return {
    extents,
    depth,
    scores: Array.from({ length: classes }, () => new Float32Array(size)),
    weights: new Float32Array(size),
  }
}

/** Adds a window's scores, `classes × patch`, weighed by `importances`. Its planes must lie within one depth of all that are not closed. */
export function addWindow(
  slab: Slab,
  corner: Extents,
  patch: Extents,
  { importances, found }: { readonly importances: Float32Array; readonly found: Float32Array },
): void {
  const rows = rowsOf(slab, corner, patch)
  addRows(slab.weights, rows, importances)
  for (const [label, sums] of slab.scores.entries()) {
    const own = found.subarray(label * importances.length, (label + 1) * importances.length)
    addRows(sums, rows, importances, own)
  }
}

/** A run of voxels that lie side by side both in a window and in the volume. */
interface Row {
  /** Its first voxel in the patch and in the slab. */
  readonly from: number
  readonly to: number
  readonly length: number
}

/** The part of a window that lies inside of the volume. */
function rowsOf({ extents, depth: held }: Slab, [z0, y0, x0]: Extents, [d, h, w]: Extents): readonly Row[] {
  const [depth, height, width] = extents
  const first = Math.max(0, -x0)
  const length = Math.min(w, width - x0) - first
  const rows: Row[] = []
  for (let z = Math.max(0, -z0); z < Math.min(d, depth - z0); z++)
    for (let y = Math.max(0, -y0); y < Math.min(h, height - y0); y++) {
      const place = (z + z0) % held
      rows.push({
        from: (z * h + y) * w + first,
        to: (place * height + y + y0) * width + x0 + first,
        length,
      })
    }
  return rows
}

/** `sums += importances · values`, or the importances alone. */
function addRows(
  sums: Float32Array,
  rows: readonly Row[],
  importances: Float32Array,
  values?: Float32Array,
): void {
  for (const { from, to, length } of rows)
    for (let k = 0; k < length; k++) {
      const value = values === undefined ? 1 : (values[from + k] ?? 0)
      sums[to + k] = (sums[to + k] ?? 0) + (importances[from + k] ?? 0) * value
    }
}

/** The weighted means of plane `z`, for each class `height × width`. They are views: `clearPlane` takes them back. */
export function closePlane({ extents, depth, scores, weights }: Slab, z: number): readonly Float32Array[] {
  const area = extents[1] * extents[2]
  const start = (z % depth) * area
  return scores.map((sums) => {
    const plane = sums.subarray(start, start + area)
    for (let at = 0; at < area; at++) plane[at] = (plane[at] ?? 0) / (weights[start + at] ?? 1)
    return plane
  })
}

/** Makes room for the plane that stands where `z` stood. */
export function clearPlane({ extents, depth, scores, weights }: Slab, z: number): void {
  const area = extents[1] * extents[2]
  const start = (z % depth) * area
  for (const sums of [...scores, weights]) sums.fill(0, start, start + area)
}
