// Operators that only move elements: where each one comes from.
import { paddedPlaces, type PadAttributes } from '../../../compiler/ops/primitive/pad.ts'
import { shiftChunks } from '../../../compiler/ops/primitive/shift.ts'
import { at, countOf } from '../tensor.ts'
import { alongAxis, projected, stepsOf } from './coordinates.ts'
import { greatestSummands } from './elementwise.ts'
import { moved, outside, type SampledOperands, type Source } from './source.ts'

/** `count` rows of one axis, each the row that `sourceOf` names; `filler` where there is none. */
export function takenFrom(
  x: Source,
  axis: number,
  count: number,
  sourceOf: (index: number) => number,
  filler = 0,
): Source {
  const shape = x.shape.with(axis, count)
  const extent = x.shape[axis] ?? 1
  return moved(x, shape, (positions) => alongAxis(positions, shape, axis, extent, sourceOf), filler)
}

export function paddedFrom(
  x: Source,
  { low, high, value, mode }: PadAttributes,
  { lead, extentOf }: Pick<SampledOperands, 'lead' | 'extentOf'>,
): Source {
  return low.reduce((result, own, k) => {
    const axis = k + lead + 1
    const [before, extent, after] = [extentOf(own), x.shape[axis] ?? 0, extentOf(high[k] ?? 0)]
    if (mode === 'constant')
      return takenFrom(result, axis, before + extent + after, (index) => index - before, value)
    const places = paddedPlaces(extent, { low: before, high: after }, mode)
    return takenFrom(result, axis, places.length, (index) => places[index] ?? outside)
  }, x)
}

/** Chunks of channels, each moved along an axis. */
export function shiftedFrom(x: Source, axis: number, offsets: readonly number[]): Source {
  const channels = x.shape[1] ?? 1
  const byChannel = Int32Array.from({ length: channels }, (_, channel) => {
    const chunk = shiftChunks(channels, offsets).find(({ start, end }) => channel >= start && channel < end)
    return chunk?.offset ?? 0
  })
  const inner = countOf(x.shape.slice(2))
  const sourceOf = (index: number, position: number): number =>
    index - (byChannel[Math.floor(position / inner) % channels] ?? 0)
  return moved(x, x.shape, (positions) => alongAxis(positions, x.shape, axis, x.shape[axis] ?? 1, sourceOf))
}

/** Axis `k` of the result is axis `order[k]`. */
export function permutedFrom(x: Source, order: readonly number[]): Source {
  const shape = order.map((axis) => x.shape[axis] ?? 1)
  const steps = stepsOf(x.shape)
  const turned = order.map((axis) => steps[axis] ?? 0)
  return moved(x, shape, (positions) => projected(positions, shape, turned))
}

/** Each position lies in one part. */
export function joinedFrom(parts: readonly Source[], shape: readonly number[], axis: number): Source {
  const ends: number[] = []
  for (const part of parts) ends.push((ends.at(-1) ?? 0) + (part.shape[axis] ?? 0))
  const inner = countOf(shape.slice(axis + 1))
  const indexOf = (position: number): number => Math.floor(position / inner) % (shape[axis] ?? 1)
  return {
    shape,
    summands: greatestSummands(parts),
    at: (positions) => {
      const values = new Float64Array(positions.length)
      const magnitudes = new Float64Array(positions.length)
      for (const [k, part] of parts.entries()) {
        const start = ends[k - 1] ?? 0
        const isOwn = (position: number): boolean => {
          const index = indexOf(position)
          return position >= 0 && index >= start && index < (ends[k] ?? 0)
        }
        const places = positionsWhere(positions, isOwn)
        const extent = part.shape[axis] ?? 0
        const own = places.map((place) => positions[place] ?? outside)
        const found = part.at(alongAxis(own, shape, axis, extent, (index) => index - start))
        for (let one = 0; one < places.length; one++) {
          const place = places[one] ?? NaN
          values[place] = at(found.values, one)
          magnitudes[place] = at(found.magnitudes, one)
        }
      }
      return { values, magnitudes }
    },
  }
}

function positionsWhere(positions: Int32Array, holds: (position: number) => boolean): Int32Array {
  const places = new Int32Array(positions.length)
  let count = 0
  for (let k = 0; k < positions.length; k++) if (holds(positions[k] ?? outside)) places[count++] = k
  return places.subarray(0, count)
}
