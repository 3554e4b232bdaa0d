// Points of several axes as numbers: every combination of their positions, the last axis varying fastest. Knows nothing of what they stand for.

export interface Grid {
  /** How many positions each axis has; at least one. */
  readonly sizes: readonly number[]
  readonly points: number
  /** By axis, then by point: the position on that axis. */
  readonly positions: readonly Uint16Array[]
}

export function gridOf(sizes: readonly number[]): Grid {
  const points = sizes.reduce((product, size) => product * size, 1)
  const positions = sizes.map((size, axis) => {
    const stride = strideOf(sizes, axis)
    return Uint16Array.from({ length: points }, (_, point) => Math.floor(point / stride) % size)
  })
  return { sizes, points, positions }
}

const strideOf = (sizes: readonly number[], axis: number): number =>
  sizes.slice(axis + 1).reduce((product, size) => product * size, 1)

export const positionOn = ({ positions }: Grid, axis: number, point: number): number =>
  positions[axis]?.[point] ?? 0

export function pointAt({ sizes }: Grid, positions: readonly number[]): number {
  return sizes.reduce((point, size, axis) => point * size + (positions[axis] ?? 0), 0)
}

/** One step along an axis; undefined behind its ends. */
export function neighbour(grid: Grid, point: number, axis: number, step: -1 | 1): number | undefined {
  const at = positionOn(grid, axis, point) + step
  const inside = at >= 0 && at < (grid.sizes[axis] ?? 0)
  return inside ? point + step * strideOf(grid.sizes, axis) : undefined
}

/** All points along one axis that are at `point` on the others, in order. */
export function lineThrough(grid: Grid, point: number, axis: number): readonly number[] {
  const stride = strideOf(grid.sizes, axis)
  const first = point - positionOn(grid, axis, point) * stride
  return Array.from({ length: grid.sizes[axis] ?? 0 }, (_, at) => first + at * stride)
}

/**
 * Lines along every axis, of all of its positions: through the points where all axes are at their first, middle and last positions. Each once.
 */
export function testLines(
  grid: Grid,
): readonly { readonly axis: number; readonly points: readonly number[] }[] {
  const { sizes } = grid
  const bases = [
    sizes.map(() => 0),
    sizes.map((size) => size - 1),
    sizes.map((size) => Math.floor((size - 1) / 2)),
  ]
  return sizes.flatMap((_, axis) => {
    const lines = bases.map((base) => lineThrough(grid, pointAt(grid, base), axis))
    const firsts = lines.map(([first]) => first)
    return lines.filter(([first], at) => firsts.indexOf(first) === at).map((points) => ({ axis, points }))
  })
}
