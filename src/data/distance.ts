// Exact squared Euclidean distances on a grid with spacing, one axis after the other: Felzenszwalb, Huttenlocher, "Distance Transforms of
// Sampled Functions", Theory of Computing 8, 2012: the lower envelope of parabolas in linear time.
import type { Extents } from './case.ts'

/** For each voxel the squared distance, in squared units of `spacing`, to the nearest of `places`; infinite where there is none. */
export function distancesTo(
  places: readonly number[],
  extents: Extents,
  spacing: readonly number[],
): Float64Array {
  const field = new Float64Array(extents[0] * extents[1] * extents[2]).fill(Infinity)
  for (const at of places) field[at] = 0
  const strides = [extents[1] * extents[2], extents[2], 1]
  for (const axis of [2, 1, 0]) {
    const line = envelope(extents[axis] ?? 1, spacing[axis] ?? 1)
    const stride = strides[axis] ?? 1
    eachLine(extents, axis, (start) => line(field, start, stride))
  }
  return field
}

/** Calls with the first voxel of each line along an axis. */
function eachLine(extents: Extents, axis: number, visit: (start: number) => void): void {
  const [depth, height, width] = extents.map((extent, k) => (k === axis ? 1 : extent))
  for (let z = 0; z < (depth ?? 1); z++)
    for (let y = 0; y < (height ?? 1); y++)
      for (let x = 0; x < (width ?? 1); x++) visit((z * extents[1] + y) * extents[2] + x)
}

/** Transforms one line of `count` voxels in place: `d(p) = min over q of f(q) + (spacing · (p - q))²`. */
function envelope(
  count: number,
  spacing: number,
): (field: Float64Array, start: number, stride: number) => void {
  const scale = spacing * spacing
  const values = new Float64Array(count)
  /** Where the parabolas of the envelope have their feet, and from where on each is the lowest. */
  const feet = new Int32Array(count)
  const begins = new Float64Array(count + 1)
  return (field, start, stride) => {
    let last = -1
    for (let q = 0; q < count; q++) {
      const value = field[start + q * stride] ?? Infinity
      values[q] = value
      if (value === Infinity) continue
      let begin = -Infinity
      while (last >= 0) {
        const foot = feet[last] ?? 0
        begin = (value - (values[foot] ?? 0) + scale * (q * q - foot * foot)) / (2 * scale * (q - foot))
        if (begin > (begins[last] ?? 0)) break
        last--
        begin = -Infinity
      }
      last++
      feet[last] = q
      begins[last] = begin
    }
    if (last < 0) return
    begins[last + 1] = Infinity
    let part = 0
    for (let p = 0; p < count; p++) {
      while ((begins[part + 1] ?? Infinity) < p) part++
      const foot = feet[part] ?? 0
      field[start + p * stride] = (values[foot] ?? 0) + scale * (p - foot) ** 2
    }
  }
}
