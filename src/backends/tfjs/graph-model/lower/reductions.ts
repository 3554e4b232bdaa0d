// Operators that take one number of many.
import type { Handle } from '../builder.ts'
import { broadcast } from '../broadcast.ts'
import { imageOf } from '../images.ts'
import type { TfOp } from '../model.ts'
import type { Entries, Step } from '../step.ts'
import { placeOf, Value } from '../value.ts'
import { channelMeans } from './norms.ts'

type Reduce = Extract<TfOp, 'Mean' | 'Sum' | 'Max' | 'Min'>

export const reductions: Entries<'mean' | 'reduce_sum' | 'reduce_max' | 'reduce_min' | 'variance'> = {
  mean: ({ attributes: { axes } }, step) => {
    const x = step.input()
    const isSpatial = x.batched && axes.length === x.shape.length - 1 && !axes.includes(0)
    if (isSpatial) return step.result('first', channelMeans(step.builder, imageOf(x)))
    return reduced(step, 'Mean', axes)
  },
  reduce_sum: ({ attributes: { axes } }, step) => reduced(step, 'Sum', axes),
  reduce_max: ({ attributes: { axes } }, step) => reduced(step, 'Max', axes),
  reduce_min: ({ attributes: { axes } }, step) => reduced(step, 'Min', axes),
  variance: ({ attributes: { axes, unbiased } }, step) => {
    const { builder } = step
    const x = step.input()
    const whole = x.in(x.form)
    const places = placesOf(x, axes)
    const mean = over(step, 'Mean', whole, places)
    const centred = broadcast(step, 'Sub', whole, mean)
    const squares = builder.as(builder.op('Square', [centred], centred.dims), whole.dims)
    const biased = over(step, 'Mean', squares, places)
    if (!unbiased) return resultOf(step, axes, biased)
    const count = axes.reduce((all, axis) => all * (x.shape[axis] ?? 1), 1)
    const correction = builder.floats([count / (count - 1)])
    return resultOf(step, axes, builder.op('Mul', [biased, correction], biased.dims))
  },
}

const placesOf = (x: Value, axes: readonly number[]): readonly number[] =>
  axes.map((axis) => placeOf(axis, x.form, x)).toSorted((a, b) => a - b)

function reduced(step: Step, op: Reduce, axes: readonly number[]): Value {
  const x = step.input()
  return resultOf(step, axes, over(step, op, x.in(x.form), placesOf(x, axes)))
}

/** Axes stay with extent 1. Over none of them TensorFlow would take all. */
function over({ builder }: Step, op: Reduce, handle: Handle, places: readonly number[]): Handle {
  if (places.length === 0) return handle
  const kept = handle.dims.map((extent, place) => (places.includes(place) ? 1 : extent))
  return builder.op(op, [handle, builder.ints(places)], kept, { keep_dims: { kind: 'bool', value: true } })
}

/** What lies in the form of the input; where axes are gone, their order is that of the compiler only in the first form. */
function resultOf(step: Step, axes: readonly number[], handle: Handle): Value {
  const x = step.input()
  if (step.shape.length === x.shape.length) return step.result(x.form, handle)
  const shape = x.shape.map((extent, axis) => (axes.includes(axis) ? 1 : extent))
  const value = new Value(step.builder, { shape, batched: x.batched }, x.form, handle)
  return step.result('first', value.in('first'))
}
