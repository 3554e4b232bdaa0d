// Positions as coordinates along the axes, and back.
import { countOf } from '../tensor.ts'
import { outside } from './source.ts'

/** How far apart neighbours are along each axis. */
export function stepsOf(shape: readonly number[]): readonly number[] {
  return shape.map((_, axis) => countOf(shape.slice(axis + 1)))
}

/** Each position of `shape`, where neighbours along the axes are `steps` apart. */
export function projected(
  positions: Int32Array,
  shape: readonly number[],
  steps: readonly number[],
): Int32Array {
  const own = stepsOf(shape)
  return positions.map((position) => {
    let [rest, place] = [position, 0]
    for (let axis = 0; axis < shape.length; axis++) {
      const step = own[axis] ?? 1
      const index = Math.floor(rest / step)
      rest -= index * step
      place += index * (steps[axis] ?? 0)
    }
    return place
  })
}

/** The positions in a tensor whose extent along `axis` is another, at the index that `sourceOf` gives; outside where there is none. */
export function alongAxis(
  positions: Int32Array,
  shape: readonly number[],
  axis: number,
  extent: number,
  sourceOf: (index: number, position: number) => number,
): Int32Array {
  const inner = countOf(shape.slice(axis + 1))
  const count = shape[axis] ?? 1
  return positions.map((position) => {
    if (position < 0) return outside
    const row = Math.floor(position / inner)
    const source = sourceOf(row % count, position)
    if (source < 0 || source >= extent) return outside
    return (Math.floor(row / count) * extent + source) * inner + (position % inner)
  })
}

export function range(start: number, count: number, step = 1): Int32Array {
  const result = new Int32Array(count)
  for (let k = 0; k < count; k++) result[k] = start + k * step
  return result
}
