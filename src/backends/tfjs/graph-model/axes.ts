// Moving along one axis of a tensor that is seen as [outer, extent, inner]: what every backend does fast, at rank 3.
import type { GraphBuilder, Handle } from './builder.ts'
import { elementsOf } from './model.ts'

/** [outer, extent, inner], or [outer, extent] where nothing is inside. */
export function axisView(builder: GraphBuilder, handle: Handle, axis: number): Handle {
  const { dims } = handle
  const outer = outerOf(dims.slice(0, axis))
  const inner = elementsOf(dims.slice(axis + 1))
  return builder.as(handle, [outer, dims[axis] ?? 1, ...(inner === 1 ? [] : [inner])])
}

/** The product of leading extents; -1 where the batch is among them. */
export const outerOf = (dims: readonly number[]): number => (dims[0] === -1 ? -1 : elementsOf(dims))

/** Places `start, start + step, …` of an axis; the rest keeps its extents. */
export function take(
  builder: GraphBuilder,
  handle: Handle,
  axis: number,
  { start, count, step }: { readonly start: number; readonly count: number; readonly step: number },
): Handle {
  const extent = handle.dims[axis] ?? 1
  const dims = handle.dims.with(axis, count)
  if (start === 0 && count === extent && step === 1) return handle
  const view = axisView(builder, handle, axis)
  if (step === 1 || count === 1) return builder.as(range(builder, view, start, count), dims)
  // The axis becomes [count, step], of which the first places are wanted: two plain slices, where a strided one is slow.
  const missing = Math.max(0, start + count * step - extent)
  const padded = padded3(builder, view, { low: 0, high: missing, value: 0 })
  const rows = range(builder, padded, start, count * step)
  const inner = elementsOf(view.dims.slice(2))
  const grouped = builder.as(rows, [outerTimes(view.dims[0] ?? 1, count), step * inner])
  return builder.as(range(builder, grouped, 0, inner), dims)
}

const outerTimes = (outer: number, factor: number): number => (outer === -1 ? -1 : outer * factor)

/** `count` neighbours of axis 1. */
function range(builder: GraphBuilder, view: Handle, start: number, count: number): Handle {
  if (start === 0 && count === view.dims[1]) return view
  const rest = view.dims.slice(2)
  const begin = builder.ints([0, start, ...rest.map(() => 0)])
  const size = builder.ints([-1, count, ...rest.map(() => -1)])
  return builder.op('Slice', [view, begin, size], view.dims.with(1, count))
}

export interface AxisPad {
  readonly low: number
  readonly high: number
  readonly value: number
}

function padded3(builder: GraphBuilder, view: Handle, { low, high, value }: AxisPad): Handle {
  if (low === 0 && high === 0) return view
  const pads = view.dims.map((_, axis) => (axis === 1 ? [low, high] : [0, 0]))
  return builder.op(
    'PadV2',
    [view, builder.table(pads), builder.floats([value])],
    view.dims.with(1, (view.dims[1] ?? 0) + low + high),
  )
}

/** Elements of one value at both ends of an axis. */
export function pad(builder: GraphBuilder, handle: Handle, axis: number, amounts: AxisPad): Handle {
  if (amounts.low === 0 && amounts.high === 0) return handle
  const dims = handle.dims.with(axis, (handle.dims[axis] ?? 0) + amounts.low + amounts.high)
  return builder.as(padded3(builder, axisView(builder, handle, axis), amounts), dims)
}

/** Tensors side by side along an axis. */
export function concat(builder: GraphBuilder, handles: readonly Handle[], axis: number): Handle {
  const [first] = handles
  if (first === undefined) throw new Error('nothing to join')
  if (handles.length === 1) return first
  const views = handles.map((one) => axisView(builder, one, axis))
  const extent = handles.reduce((sum, { dims }) => sum + (dims[axis] ?? 0), 0)
  const joined = views[0]?.dims.with(1, extent) ?? []
  const node = builder.op('ConcatV2', [...views, builder.int(1)], joined, {
    N: { kind: 'int', value: handles.length },
  })
  return builder.as(node, first.dims.with(axis, extent))
}

/**
 * The axes in another order, the batch staying first. Axes that stay neighbours are one; what is left of more than two moves goes
 * one exchange `[a, b, c, d] -> [a, c, b, d]` after the other, since transposes of high rank are slow or wrong on wasm.
 */
export function transposed(builder: GraphBuilder, handle: Handle, order: readonly number[]): Handle {
  const target = order.map((axis) => handle.dims[axis] ?? 1)
  const left = order.filter((axis) => handle.dims[axis] !== 1)
  let axes = left.toSorted((a, b) => a - b)
  let result = handle
  for (let place = 0; place < left.length; place++) {
    const from = axes.indexOf(left[place] ?? 0)
    if (from === place) continue
    // What follows there and in the target too moves along.
    let length = 1
    while (from + length < axes.length && axes[from + length] === left[place + length]) length++
    const [a, b] = [axes.slice(0, place), axes.slice(place, from)]
    const [c, d] = [axes.slice(from, from + length), axes.slice(from + length)]
    const dims = [a, b, c, d].map((part) => outerOf(part.map((axis) => handle.dims[axis] ?? 1)))
    result = exchange(builder, result, dims)
    axes = [...a, ...c, ...b, ...d]
  }
  return builder.as(result, target)
}

/** `[a, b, c, d] -> [a, c, b, d]`; extents of 1 at the ends are left out. */
function exchange(builder: GraphBuilder, handle: Handle, dims: readonly number[]): Handle {
  const [a = 1, b = 1, c = 1, d = 1] = dims
  const before = a === 1 ? [] : [a]
  const after = d === 1 ? [] : [d]
  const view = builder.as(handle, [...before, b, c, ...after])
  const at = before.length
  const order = [...before.map((_, k) => k), at + 1, at, ...after.map(() => at + 2)]
  return builder.op('Transpose', [view, builder.ints(order)], [...before, c, b, ...after])
}
