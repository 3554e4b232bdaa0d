// Primitives that go over several axes, one after the other: reductions and interpolation.
import { reshape } from '../kernels/reshape.ts'
import type { AttributesOf } from '../../../compiler/ops/registry.ts'
import { Activation } from '../activation.ts'
import type { AxisRule } from '../../interpolation.ts'
import { resizedAlong } from '../kernels/resize.ts'
import type { Reduction } from '../kernels/reductions.ts'
import { inPlace, placeInLast } from './given.ts'

/** One number of many along axes, counted in the compiler's order with the batch; `shape` is that of the result, which may have lost them. */
export function reduced(
  x: Activation,
  axes: readonly number[],
  shape: readonly number[],
  rule: Reduction,
): Activation {
  if (!x.isLast || axes.some((axis) => axis < 2))
    return Activation.first(reshape(rule(x.first(), axes), [...shape]))
  const [batch = 1, channels = 1, ...spatial] = shape
  const places = axes.map((axis) => placeInLast(axis, x.shape.length))
  return Activation.last(reshape(rule(x.last(), places), [batch, ...spatial, channels]))
}

/** A batched image with its spatial axes brought to those of `shape`: what shrinks first, what grows last, the inner ones of them first. */
export function resized(
  x: Activation,
  shape: readonly number[],
  attributes: AttributesOf<'resize'>,
): Activation {
  return inPlace(x, (given) => {
    const first = x.isLast ? 1 : 2
    const growth = (axis: number): number => (shape[axis + 2] ?? 1) / (x.shape[axis + 2] ?? 1)
    const axes = [...shape.slice(2).keys()].toReversed().toSorted((a, b) => growth(a) - growth(b))
    return axes.reduce((done, axis) => {
      const rule = ruleOf(x.shape[axis + 2] ?? 1, shape[axis + 2] ?? 1, axis, attributes)
      return rule === undefined ? done : resizedAlong(done, first + axis, rule)
    }, given)
  })
}

/** Undefined for an axis that stays as it is: where it is linear, PyTorch copies one that keeps its extent, also where the scale is not 1. */
function ruleOf(
  extent: number,
  count: number,
  axis: number,
  { mode, align_corners, scale }: AttributesOf<'resize'>,
): AxisRule | undefined {
  if (count === extent && mode === 'linear') return undefined
  const factor = scale === 'none' ? undefined : scale[axis]
  const places = { over: factor === undefined ? extent : 1, under: factor ?? count }
  return { extent, count, ...places, mode, alignsCorners: align_corners }
}
