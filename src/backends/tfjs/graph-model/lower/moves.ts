// Operators that move elements without changing them, inputs and tables.
import { extentsIn, numbersIn } from '../../../../compiler/ops/nested-lists.ts'
import { paddedPlaces } from '../../../../compiler/ops/primitive/pad.ts'
import { shiftChunks } from '../../../../compiler/ops/primitive/shift.ts'
import { axisView, concat, pad, take, transposed } from '../axes.ts'
import { preferred } from '../broadcast.ts'
import type { GraphBuilder, Handle } from '../builder.ts'
import { ints, text } from '../convolve.ts'
import { alongRows, framed, imageOf, imageResult } from '../images.ts'
import { extentOf, type Entries, type Step } from '../step.ts'
import { placeOf, type Value } from '../value.ts'

type Move =
  'parameter' | 'constant' | 'concat' | 'pad' | 'slice' | 'shift' | 'roll' | 'gather' | 'reshape' | 'permute'

export const moves: Entries<Move> = {
  parameter: (_, step) => step.result('first', step.parameter(0)),
  constant: ({ attributes: { values } }, step) =>
    step.result('first', step.builder.floats(numbersIn(values), step.shape)),
  concat: ({ attributes: { axis } }, step) => {
    const values = step.inputs()
    const form = preferred(...values)
    const handles = values.map((one) => one.in(form))
    return step.result(form, concat(step.builder, handles, placeOf(axis, form, step)))
  },
  pad: ({ attributes: { low, high, value, mode } }, step) => {
    const x = step.input()
    const handle = low.reduce((padded, amount, axis) => {
      const amounts = { low: extentOf(amount), high: extentOf(high[axis] ?? 0), value }
      const place = placeOf(axis + 1, x.form, x)
      if (mode === 'constant') return pad(step.builder, padded, place, amounts)
      return lookUp(step.builder, padded, place, paddedPlaces(x.shape[axis + 1] ?? 1, amounts, mode))
    }, x.in(x.form))
    return step.result(x.form, handle)
  },
  slice: ({ attributes: { axis, start, step: every } }, step) => {
    const x = step.input()
    const places = { start: extentOf(start), count: step.shape[axis] ?? 1, step: every }
    return step.result(x.form, take(step.builder, x.in(x.form), placeOf(axis, x.form, x), places))
  },
  roll: ({ attributes: { axis, offset } }, step) => {
    const { builder } = step
    const x = step.input()
    const place = placeOf(axis, x.form, x)
    const extent = x.shape[axis] ?? 1
    const moved = ((offset % extent) + extent) % extent
    if (moved === 0) return x
    const whole = x.in(x.form)
    const tail = take(builder, whole, place, { start: extent - moved, count: moved, step: 1 })
    const head = take(builder, whole, place, { start: 0, count: extent - moved, step: 1 })
    return step.result(x.form, concat(builder, [tail, head], place))
  },
  gather: ({ attributes: { indices, axis } }, step) => {
    const { builder } = step
    const x = step.input()
    // An image stays as it lies where it stays one.
    const form = extentsIn(indices).length === 1 ? x.form : 'first'
    return step.result(form, lookUp(builder, x.in(form), placeOf(axis, form, x), numbersIn(indices)))
  },
  shift: ({ attributes }, step) => shifted(step, attributes),
  reshape: (_, step) => {
    const x = step.input()
    // An image whose channels stay what they are stays as it lies.
    const isFlat = x.shape[0] === step.shape[0] && x.batched && x.form === 'last'
    if (isFlat) return step.result('last', x.raw())
    return step.result('first', x.in('first'))
  },
  permute: ({ attributes: { order } }, step) => {
    const x = step.input()
    const lead = x.batched ? [0] : []
    const axes = order.map((axis) => placeOf(axis, x.form, x))
    return step.result('first', transposed(step.builder, x.in(x.form), [...lead, ...axes]))
  },
}

/** The places of an axis in the order of a list. */
function lookUp(builder: GraphBuilder, handle: Handle, axis: number, places: readonly number[]): Handle {
  const view = axisView(builder, handle, axis)
  const dims = view.dims.with(1, places.length)
  const found = builder.op('GatherV2', [view, builder.ints(places), builder.int(1)], dims)
  return builder.as(found, handle.dims.with(axis, places.length))
}

/** Kernels of these lengths are fast on wasm. */
const fastTaps = [3, 9, 25]

/**
 * A filter with a single 1 for each channel moves it by its chunk's offset: one kernel on every backend, where slices of channels
 * are slow on wasm.
 */
function shifted(
  step: Step,
  { axis, offsets }: { readonly axis: number; readonly offsets: readonly number[] },
): Value {
  const { builder } = step
  const image = imageOf(step.input())
  const place = axis + 2 - (step.shape.length - 1)
  const extent = image.extents[place] ?? 1
  const chunks = shiftChunks(image.channels, offsets)
  const moves = chunks.map(({ offset }) => offset)
  const low = Math.max(0, ...moves.filter((one) => one < extent))
  const reach = low - Math.min(0, ...moves.filter((one) => -one < extent))
  const taps = fastTaps.find((one) => one > reach) ?? reach + 1
  // Tap `low - offset` reads what comes to its place.
  const kernel = Array<number>(taps * image.channels).fill(0)
  for (const { start, end, offset } of chunks)
    if (Math.abs(offset) < extent)
      kernel.fill(1, (low - offset) * image.channels + start, (low - offset) * image.channels + end)
  const padded = framed(builder, image, place, { low, high: taps - 1 - low })
  return imageResult(step, {
    ...image,
    handle: filtered(builder, alongRows(builder, padded, place), kernel, extent),
  })
}

/** A filter along axis 1 of `[N, L, R, C]`, one for each channel. */
function filtered(builder: GraphBuilder, x: Handle, kernel: readonly number[], extent: number): Handle {
  const channels = x.dims.at(-1) ?? 1
  const filter = builder.floats(kernel, [kernel.length / channels, 1, channels, 1])
  return builder.op('DepthwiseConv2dNative', [x, filter], x.dims.with(1, extent), {
    strides: ints([1, 1, 1, 1]),
    dilations: ints([1, 1, 1, 1]),
    padding: text('VALID'),
    data_format: text('NHWC'),
  })
}
