// What the stages of the pipeline hand on: numbers on a grid, the slowest axis first, and rounding as NumPy does it.
import type { Extents } from '../case.ts'

/** A number for each of three axes. */
export type Triple = Extents

/** One channel: `extents[0] × extents[1] × extents[2]`, row-major. */
export interface Grid<T extends Float32Array | Uint8Array = Float32Array> {
  readonly extents: Extents
  readonly data: T
}

export const voxelsOf = ([depth, height, width]: Extents): number => depth * height * width

export const sameExtents = (a: Extents, b: Extents): boolean => a.every((extent, axis) => extent === b[axis])

/** For each axis, slowest first. */
export const perAxis = <T>(make: (axis: 0 | 1 | 2) => T): readonly [T, T, T] => [make(0), make(1), make(2)]

/** The nearest whole number, of two equally near ones the even one, as Python and NumPy round. */
export function roundHalfEven(value: number): number {
  const below = Math.floor(value)
  const rest = value - below
  if (rest !== 0.5) return rest < 0.5 ? below : below + 1
  return below % 2 === 0 ? below : below + 1
}
