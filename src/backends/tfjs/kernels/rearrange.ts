// Operators that move elements and compute nothing. Everything is said at rank 3 and 4, where wasm copies whole rows.
import { gatherND, pad, tensor2d, transpose, type Tensor } from '@tensorflow/tfjs-core'
import { cutColumns, joinedColumns } from './columns.ts'
import { reshape } from './reshape.ts'
import { formsNow } from '../forms.ts'
import { withGradient } from './with-gradient.ts'
import { alongAxis, countOf, viewOf } from './views.ts'

/** `low` elements of `value` before the axis and `high` behind it. */
export function paddedAlong(x: Tensor, axis: number, low: number, high: number, value: number): Tensor {
  if (low === 0 && high === 0) return x
  const around: [number, number][] = [
    [0, 0],
    [low, high],
    [0, 0],
  ]
  return alongAxis(x, axis, (view) => pad(view, around, value))
}

/** `count` elements of an axis: `start`, `start + step`, … */
export function takenAlong(x: Tensor, axis: number, start: number, count: number, step: number): Tensor {
  return alongAxis(x, axis, (view, [outer, extent, inner]) => {
    if (step === 1 || count === 1) return count === extent ? view : cut(view, start, count)
    const room = start + count * step
    const whole = paddedAlong(view, 1, 0, Math.max(0, room - extent), 0)
    const from = cut(whole, start, count * step)
    return cutColumns(reshape(from, [outer * count, step * inner]), 0, inner)
  })
}

/** From so many numbers in a row on they are gathered: every row costs an index. */
const longRow = 64

/** `count` rows of the middle of `[outer, extent, inner]`; at rank 2, where wasm copies each block of them as one. */
function cut(view: Tensor, start: number, count: number): Tensor {
  const [outer = 1, extent = 1, inner = 1] = view.shape
  if (inner >= longRow && formsNow().cuts === 'gathered') return gathered(view, start, count)
  const blocks = cutColumns(reshape(view, [outer, extent * inner]), start * inner, count * inner)
  return reshape(blocks, [outer, count, inner])
}

function gathered(view: Tensor, start: number, count: number): Tensor {
  const [outer = 1, extent = 1, inner = 1] = view.shape
  return withGradient([view], () => {
    const places = Int32Array.from(
      { length: outer * count },
      (_, k) => Math.floor(k / count) * extent + start + (k % count),
    )
    const rows = gatherND(
      reshape(view, [outer * extent, inner]),
      tensor2d(places, [places.length, 1], 'int32'),
    )
    return {
      value: reshape(rows, [outer, count, inner]),
      saved: [],
      gradient: (dy) => [paddedAlong(dy, 1, start, extent - start - count, 0)],
    }
  })
}

/** `out[(i + offset) mod extent] = in[i]` along an axis. */
export function rolledAlong(x: Tensor, axis: number, offset: number): Tensor {
  const extent = x.shape[axis] ?? 1
  const first = ((-offset % extent) + extent) % extent
  if (first === 0) return x
  // Both parts read the view: their gradients are added up at its rank, not at that of x.
  return alongAxis(x, axis, (view) => joinedAlong([cut(view, first, extent - first), cut(view, 0, first)], 1))
}

export function joinedAlong(parts: readonly Tensor[], axis: number): Tensor {
  const [first] = parts
  if (first === undefined) throw new Error('nothing to join')
  if (parts.length === 1) return first
  const [outer] = viewOf(first.shape, axis)
  const rows = parts.map((part) => reshape(part, [outer, part.size / Math.max(1, outer)]))
  const extent = parts.reduce((sum, { shape }) => sum + (shape[axis] ?? 0), 0)
  return reshape(joinedColumns(rows), first.shape.with(axis, extent))
}

/**
 * Axis `k` of the result is axis `order[k]`. Axes that stay neighbours move as one; what is left with more than four of them is done one
 * axis at a time, as exchanges `[A, B, C, D]` to `[A, C, B, D]`: a transpose of rank 5 or more is some hundred times slower on wasm.
 */
export function permuted(x: Tensor, order: readonly number[]): Tensor {
  const shape = order.map((axis) => x.shape[axis] ?? 1)
  const { extents, perm } = compressed(x.shape, order)
  if (perm.every((axis, k) => axis === k)) return reshape(x, shape)
  const moved = perm.length <= 4 ? transpose(reshape(x, extents), perm) : exchangedOneByOne(x, extents, perm)
  return reshape(moved, shape)
}

interface Permutation {
  readonly extents: number[]
  readonly perm: number[]
}

/** The same movement of elements with as few axes as possible: without extents of 1, neighbours merged. */
function compressed(shape: readonly number[], order: readonly number[]): Permutation {
  const groups: { readonly first: number; readonly last: number; readonly extent: number }[] = []
  const kept = [...shape.keys()].filter((axis) => shape[axis] !== 1)
  for (const axis of order.filter((one) => shape[one] !== 1)) {
    const [place, extent] = [kept.indexOf(axis), shape[axis] ?? 1]
    const before = groups.at(-1)
    if (before?.last === place - 1)
      groups[groups.length - 1] = { ...before, last: place, extent: before.extent * extent }
    else groups.push({ first: place, last: place, extent })
  }
  const sorted = groups.toSorted((a, b) => a.first - b.first)
  return {
    extents: sorted.map(({ extent }) => extent),
    perm: groups.map((group) => sorted.indexOf(group)),
  }
}

function exchangedOneByOne(x: Tensor, extents: readonly number[], perm: readonly number[]): Tensor {
  let [result, current] = [x, [...extents.keys()]]
  const count = (axes: readonly number[]): number => countOf(axes.map((axis) => extents[axis] ?? 1))
  for (const [to, axis] of perm.entries()) {
    const from = current.indexOf(axis)
    if (from === to) continue
    const [before, between, behind] = [current.slice(0, to), current.slice(to, from), current.slice(from + 1)]
    const four = [count(before), count(between), count([axis]), count(behind)]
    result = transpose(reshape(result, four), [0, 2, 1, 3])
    current = [...before, axis, ...between, ...behind]
  }
  return result
}
