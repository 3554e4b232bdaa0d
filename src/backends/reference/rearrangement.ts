// Operators that move elements and compute nothing.
import type { Dim } from '../../compiler/ir/tensor.ts'
import { paddedPlaces, type PadAttributes } from '../../compiler/ops/primitive/pad.ts'
import { shiftChunks } from '../../compiler/ops/primitive/shift.ts'
import { at, countOf, positionsOf, viewOf, zeros, type Tensor } from './tensor.ts'

/** Bound here, as in multiply.ts: inner loops read by it. */
const read = at

/** `count` rows of one axis, each the row that `sourceOf` names; `value` where that lies outside of the axis. */
export function taken(
  x: Tensor,
  axis: number,
  count: number,
  sourceOf: (index: number) => number,
  value = 0,
): Tensor {
  const { outer, extent, inner } = viewOf(x.shape, axis)
  const result = zeros(x.shape.with(axis, count))
  for (let index = 0; index < count; index++) {
    const source = sourceOf(index)
    for (let block = 0; block < outer; block++) {
      const to = (block * count + index) * inner
      if (source < 0 || source >= extent) result.data.fill(value, to, to + inner)
      else copy(x.data, (block * extent + source) * inner, result.data, to, inner)
    }
  }
  return result
}

function copy(from: Float64Array, start: number, to: Float64Array, target: number, count: number): void {
  for (let k = 0; k < count; k++) to[target + k] = read(from, start + k)
}

export function rolled(x: Tensor, axis: number, offset: number): Tensor {
  const extent = x.shape[axis] ?? 1
  return taken(x, axis, extent, (index) => (((index - offset) % extent) + extent) % extent)
}

/** The spatial axes of a batched image with `low` and `high` elements around them. */
export function padded(
  x: Tensor,
  { low, high, value, mode }: PadAttributes,
  { lead, extentOf }: { readonly lead: 0 | 1; readonly extentOf: (dim: Dim) => number },
): Tensor {
  return low.reduce<Tensor>((result, dim, k) => {
    const axis = k + 1 + lead
    const [before, extent, after] = [extentOf(dim), x.shape[axis] ?? 0, extentOf(high[k] ?? 0)]
    if (mode === 'constant')
      return taken(result, axis, before + extent + after, (index) => index - before, value)
    const places = paddedPlaces(extent, { low: before, high: after }, mode)
    return taken(result, axis, places.length, (index) => places[index] ?? -1)
  }, x)
}

/** Chunks of channels of a batched image, each moved along an axis. */
export function shifted(x: Tensor, axis: number, offsets: readonly number[]): Tensor {
  const chunks = shiftChunks(x.shape[1] ?? 0, offsets)
  const moved = chunks.map(({ start, end, offset }) => {
    const chunk = taken(x, 1, end - start, (channel) => start + channel)
    return taken(chunk, axis, x.shape[axis] ?? 0, (index) => index - offset)
  })
  return joined(moved, 1)
}

export function joined(parts: readonly Tensor[], axis: number): Tensor {
  const extents = parts.map(({ shape }) => shape[axis] ?? 0)
  const [first] = parts
  if (first === undefined) throw new Error('nothing to join')
  const result = zeros(
    first.shape.with(
      axis,
      extents.reduce((sum, extent) => sum + extent, 0),
    ),
  )
  const { outer, inner } = viewOf(first.shape, axis)
  let next = 0
  for (let block = 0; block < outer; block++) {
    for (const [k, { data }] of parts.entries()) {
      const count = (extents[k] ?? 0) * inner
      copy(data, block * count, result.data, next, count)
      next += count
    }
  }
  return result
}

/** Axis `k` of the result is axis `order[k]`. */
export function permuted(x: Tensor, order: readonly number[]): Tensor {
  const shape = order.map((axis) => x.shape[axis] ?? 1)
  const steps = order.map((axis) => countOf(x.shape.slice(axis + 1)))
  const places = positionsOf(shape, steps)
  const result = zeros(shape)
  for (let k = 0; k < places.length; k++) result.data[k] = read(x.data, places[k] ?? NaN)
  return result
}
