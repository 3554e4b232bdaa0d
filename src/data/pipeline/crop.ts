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
export function cropped({ extents, data }: Grid, box: Box): Grid {
  const to = extentsOf(box)
  const out = new Float32Array(voxelsOf(to))
  for (const { inside, outside } of rowsOf(extents, box))
    out.set(data.subarray(outside, outside + to[2]), inside)
  return { extents: to, data: out }
}

/** The inverse: labels of the box in a volume of background. */
export function pasted({ data }: Grid<Uint8Array>, box: Box, extents: Extents): Grid<Uint8Array> {
  const [, , width] = extentsOf(box)
  const out = new Uint8Array(voxelsOf(extents))
  for (const { inside, outside } of rowsOf(extents, box))
    out.set(data.subarray(inside, inside + width), outside)
  return { extents, data: out }
}

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
 * 1 where some channel is not 0 and in the holes of that, else 0: outside is what can be reached from beyond the volume through faces of
 * voxels that are 0 in all channels. Filling holes never moves the box.
 */
export function filledMask(channels: readonly Float32Array[], extents: Extents): Uint8Array {
  const mask = new Uint8Array(voxelsOf(extents)).fill(1)
  const isZero = (at: number): boolean => channels.every((data) => data[at] === 0)
  const [depth, height, width] = extents
  const waiting: number[] = []
  const reach = (at: number): void => {
    if (mask[at] === 0 || !isZero(at)) return
    mask[at] = 0
    waiting.push(at)
  }
  for (let z = 0, at = 0; z < depth; z++)
    for (let y = 0; y < height; y++)
      for (let x = 0; x < width; x++, at++)
        if (isBorder(z, depth) || isBorder(y, height) || isBorder(x, width)) reach(at)
  for (let at = waiting.pop(); at !== undefined; at = waiting.pop()) {
    const [x, y, z] = [at % width, Math.floor(at / width) % height, Math.floor(at / (width * height))]
    if (x > 0) reach(at - 1)
    if (x < width - 1) reach(at + 1)
    if (y > 0) reach(at - width)
    if (y < height - 1) reach(at + width)
    if (z > 0) reach(at - width * height)
    if (z < depth - 1) reach(at + width * height)
  }
  return mask
}

const isBorder = (place: number, extent: number): boolean => place === 0 || place === extent - 1
