// Stage 2, crop: the box about everything that is not 0 in some channel; and pasting a label map back, with background around it.
// nnunetv2 2.8.1: preprocessing/cropping/cropping.py; scipy.ndimage.binary_fill_holes.
import type { Extents } from '../case.ts'
import { perAxis, voxelsOf, type Grid, type Triple } from './grid.ts'

/** From `start` up to and without `end`, along each axis. */
export interface Box {
  readonly start: Triple
  readonly end: Triple
}

export const extentsOf = ({ start, end }: Box): Extents => perAxis((axis) => end[axis] - start[axis])

/** The smallest box with every voxel that is not 0 in all channels; the whole volume where all are 0. NaN is not 0. */
export function nonzeroBox(channels: readonly Float32Array[], extents: Extents): Box {
  const start: [number, number, number] = [...extents]
  const end: [number, number, number] = [0, 0, 0]
  const [depth, height, width] = extents
  for (const data of channels)
    for (let z = 0, row = 0; z < depth; z++)
      for (let y = 0; y < height; y++, row += width) {
        const first = firstNonzero(data, row, row + width)
        if (first === undefined) continue
        const last = lastNonzero(data, row, row + width)
        for (const [axis, low, high] of [
          [0, z, z],
          [1, y, y],
          [2, first - row, last - row],
        ] as const) {
          // prettier-ignore
          start[axis] = Math.min(start[axis], low)
          end[axis] = Math.max(end[axis], high + 1)
        }
      }
  return end[0] === 0 ? { start: [0, 0, 0], end: extents } : { start, end }
}

function firstNonzero(data: Float32Array, from: number, to: number): number | undefined {
  for (let at = from; at < to; at++) if (data[at] !== 0) return at
  return undefined
}

function lastNonzero(data: Float32Array, from: number, to: number): number {
  for (let at = to - 1; at > from; at--) if (data[at] !== 0) return at
  return from
}

/** A copy of what lies in the box. */
export function cropped<T extends Float32Array | Uint8Array>({ extents, data }: Grid<T>, box: Box): Grid<T> {
  const to = extentsOf(box)
  const out = zerosLike(data, voxelsOf(to))
  for (const { inside, outside } of rowsOf(extents, box))
    out.set(data.subarray(outside, outside + to[2]), inside)
  return { extents: to, data: out }
}

/** The inverse: what is in the box in a volume that is `beyond` elsewhere. */
export function pasted<T extends Float32Array | Uint8Array>(
  { data }: Grid<T>,
  box: Box,
  extents: Extents,
  beyond = 0,
): Grid<T> {
  const [, , width] = extentsOf(box)
  const out = zerosLike(data, voxelsOf(extents))
  if (beyond !== 0) out.fill(beyond)
  for (const { inside, outside } of rowsOf(extents, box))
    out.set(data.subarray(inside, inside + width), outside)
  return { extents, data: out }
}

/** The constructor of a typed array has the type of the array, which TypeScript does not know. */
const zerosLike = <T extends Float32Array | Uint8Array>(data: T, length: number): T =>
  new (data.constructor as new (length: number) => T)(length)

/** Where the rows of a box begin, in the box and in the volume. */
function* rowsOf(
  [, height, width]: Extents,
  { start, end }: Box,
): Generator<{ readonly inside: number; readonly outside: number }> {
  let inside = 0
  for (let z = start[0]; z < end[0]; z++)
    for (let y = start[1]; y < end[1]; y++, inside += end[2] - start[2])
      yield { inside, outside: (z * height + y) * width + start[2] }
}

/**
 * Of the voxels of a box: 1 where some channel is not 0 and in the holes of that, else 0: outside is what can be reached from beyond the box through
 * faces of voxels that are 0 in all channels. Filling holes never moves the box, and beyond it everything is 0.
 */
export function filledMask(channels: readonly Float32Array[], extents: Extents, box: Box): Uint8Array {
  const inBox = extentsOf(box)
  const kinds = new Uint8Array(voxelsOf(inBox)).fill(hole)
  for (const { inside, outside: from } of rowsOf(extents, box))
    for (let x = 0; x < inBox[2]; x++)
      if (channels.some((data) => data[from + x] !== 0)) kinds[inside + x] = solid
  // Sweeps to and fro need no list of voxels that wait; a volume takes a few.
  for (let direction: 1 | -1 = 1; sweep(kinds, inBox, direction); direction = direction === 1 ? -1 : 1);
  return kinds.map((kind) => (kind === outside ? 0 : 1))
}

/** What a voxel is taken for; zeros are holes until they are reached. */
const [outside, solid, hole] = [0, 1, 2]

/** Carries what is outside on to neighbours, from the first voxel to the last or back; whether anything changed. */
function sweep(kinds: Uint8Array, [depth, height, width]: Extents, direction: 1 | -1): boolean {
  const area = height * width
  let changed = false
  for (let step = 0; step < kinds.length; step++) {
    const at = direction === 1 ? step : kinds.length - 1 - step
    if (kinds[at] !== hole) continue
    const [x, y, z] = [at % width, Math.floor(at / width) % height, Math.floor(at / area)]
    const isReached =
      isBorder(x, width) ||
      isBorder(y, height) ||
      isBorder(z, depth) ||
      [1, width, area].some((far) => kinds[at - far] === outside || kinds[at + far] === outside)
    if (!isReached) continue
    kinds[at] = outside
    changed = true
  }
  return changed
}

const isBorder = (place: number, extent: number): boolean => place === 0 || place === extent - 1
