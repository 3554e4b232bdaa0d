// Arithmetic on shapes and on the numbers of one tensor.
import type { Numbers } from './weights.ts'

export function elementCount(shape: readonly number[]): number {
  return shape.reduce((product, extent) => product * extent, 1)
}

export interface NonFinite {
  readonly count: number
  /** Position of the first, and what it is. */
  readonly first: number
  readonly value: number
}

/** NaN and infinities among the numbers; undefined where there are none. */
export function nonFinite(numbers: Numbers): NonFinite | undefined {
  let count = 0
  let first = -1
  for (let at = 0; at < numbers.length; at++) {
    if (Number.isFinite(numbers[at])) continue
    if (count === 0) first = at
    count += 1
  }
  return count === 0 ? undefined : { count, first, value: numbers[first] ?? NaN }
}

/** The same numbers with the axes in another order: axis `k` of the result is axis `order[k]` of `shape`. */
export function permuted(numbers: Numbers, shape: readonly number[], order: readonly number[]): Numbers {
  const strides = shape.map((_, axis) => elementCount(shape.slice(axis + 1)))
  const extents = order.map((axis) => shape[axis] ?? 1)
  const steps = order.map((axis) => strides[axis] ?? 0)
  const result = numbers.slice()
  const index = extents.map(() => 0)
  let from = 0
  for (let to = 0; to < result.length; to++) {
    result[to] = numbers[from] ?? 0
    from += advance(index, extents, steps)
  }
  return result
}

/** Moves a multi-index on by one, the last axis first; gives how far that is in the source. */
function advance(index: number[], extents: readonly number[], steps: readonly number[]): number {
  let moved = 0
  for (let axis = index.length - 1; axis >= 0; axis--) {
    const [at, extent, step] = [index[axis] ?? 0, extents[axis] ?? 1, steps[axis] ?? 0]
    if (at + 1 < extent) {
      index[axis] = at + 1
      return moved + step
    }
    index[axis] = 0
    moved -= at * step
  }
  return moved
}
