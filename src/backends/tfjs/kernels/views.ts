// A tensor seen from one of its axes as three: what lies before it, the axis, what lies behind it. Slices, paddings and joints are fast on
// wasm in this form and up to 75 times slower at rank 5; their gradients take the same form.
import { transpose, type Tensor } from '@tensorflow/tfjs-core'
import { reshape } from './reshape.ts'

export function countOf(shape: readonly number[]): number {
  return shape.reduce((all, extent) => all * extent, 1)
}

/** `[outer, extent, inner]` of an axis. */
export type AxisView = readonly [outer: number, extent: number, inner: number]

export function viewOf(shape: readonly number[], axis: number): AxisView {
  return [countOf(shape.slice(0, axis)), shape[axis] ?? 1, countOf(shape.slice(axis + 1))]
}

/** What `rule` makes of the view along an axis; it may change that axis' extent and keeps the others. */
export function alongAxis(
  x: Tensor,
  axis: number,
  rule: (view: Tensor, extents: AxisView) => Tensor,
): Tensor {
  const extents = viewOf(x.shape, axis)
  const [outer, , inner] = extents
  const result = rule(reshape(x, [...extents]), extents)
  const extent = result.size / Math.max(1, outer * inner)
  return reshape(result, x.shape.with(axis, extent))
}

/** An elementwise function at rank 1 where the rank is high: from rank 7 on wasm gives wrong numbers and no error. */
export function flat(x: Tensor, rule: (x: Tensor) => Tensor): Tensor {
  return x.rank <= 4 ? rule(x) : reshape(rule(reshape(x, [-1])), x.shape)
}

/** What `rule` makes of the lines along an axis, each a row of a matrix. */
export function asRows(x: Tensor, axis: number, rule: (rows: Tensor) => Tensor): Tensor {
  return alongAxis(x, axis, (view, [outer, extent, inner]) => {
    if (inner === 1) return rule(reshape(view, [outer, extent]))
    const rows = rule(reshape(transpose(view, [0, 2, 1]), [outer * inner, extent]))
    return transpose(reshape(rows, [outer, inner, extent]), [0, 2, 1])
  })
}
