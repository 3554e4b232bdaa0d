// Operators that take one number of many, along axes that stay with an extent of 1.
import { at, countOf, forEachLine, positionsOf, viewOf, zeros, type Tensor } from './tensor.ts'

/** Folds each line of one axis, beginning with `start`. */
function folded(
  x: Tensor,
  axis: number,
  start: number,
  step: (sum: number, value: number) => number,
): Tensor {
  const view = viewOf(x.shape, axis)
  const result = zeros(x.shape.with(axis, 1))
  let next = 0
  forEachLine(view, (first) => {
    let value = start
    for (let k = 0; k < view.extent; k++) value = step(value, at(x.data, first + k * view.inner))
    result.data[next++] = value
  })
  return result
}

export function summed(x: Tensor, axes: readonly number[]): Tensor {
  return axes.reduce((sum, axis) => folded(sum, axis, 0, (a, b) => a + b), x)
}

export function averaged(x: Tensor, axes: readonly number[]): Tensor {
  return divided(summed(x, axes), countAlong(x, axes))
}

export function greatest(x: Tensor, axes: readonly number[]): Tensor {
  return axes.reduce((most, axis) => folded(most, axis, -Infinity, Math.max), x)
}

export function least(x: Tensor, axes: readonly number[]): Tensor {
  return axes.reduce((least, axis) => folded(least, axis, Infinity, Math.min), x)
}

/** Squared distances from the mean over their number, less `correction`. */
export function varianceOf(x: Tensor, axes: readonly number[], correction: 0 | 1): Tensor {
  const mean = averaged(x, axes)
  const steps = x.shape.map((_, axis) => (axes.includes(axis) ? 0 : countOf(mean.shape.slice(axis + 1))))
  const squares = zeros(x.shape)
  const means = positionsOf(x.shape, steps)
  for (const [k, place] of means.entries()) squares.data[k] = (at(x.data, k) - at(mean.data, place)) ** 2
  return divided(summed(squares, axes), countAlong(x, axes) - correction)
}

function countAlong({ shape }: Tensor, axes: readonly number[]): number {
  return countOf(axes.map((axis) => shape[axis] ?? 1))
}

function divided({ shape, data }: Tensor, divisor: number): Tensor {
  return { shape, data: data.map((value) => value / divisor) }
}
