// Operands of different shapes, aligned from the right; an extent of 1 repeats. A table without a batch has fewer axes than the batched
// operand that it meets, so aligning whole shapes repeats it over the batch.
import { at, countOf, positionsOf, zeros, type Tensor } from './tensor.ts'

/** Bound here, as in multiply.ts: inner loops read by it. */
const read = at

/** For every element of `shape`, in order, the position of the element of an operand of shape `from` that it meets. */
export function sourcesOf(from: readonly number[], shape: readonly number[]): Int32Array {
  return positionsOf(shape, repeatingSteps(from, shape))
}

/** How far apart the operand's elements are along each axis of the result: 0 where it repeats. */
export function repeatingSteps(from: readonly number[], shape: readonly number[]): readonly number[] {
  const lead = shape.length - from.length
  return shape.map((_, axis) => {
    const own = axis - lead
    return own < 0 || from[own] === 1 ? 0 : countOf(from.slice(own + 1))
  })
}

/** The shape that two shapes broadcast to; the compiler has seen to it that they do. */
export function broadcastShape(a: readonly number[], b: readonly number[]): readonly number[] {
  const rank = Math.max(a.length, b.length)
  return Array.from({ length: rank }, (_, axis) => {
    const [left, right] = [a[axis - rank + a.length] ?? 1, b[axis - rank + b.length] ?? 1]
    return left === 1 ? right : left
  })
}

export function combined(a: Tensor, b: Tensor, rule: (a: number, b: number) => number): Tensor {
  const result = zeros(broadcastShape(a.shape, b.shape))
  const [left, right] = [sourcesOf(a.shape, result.shape), sourcesOf(b.shape, result.shape)]
  for (let k = 0; k < left.length; k++)
    result.data[k] = rule(read(a.data, left[k] ?? NaN), read(b.data, right[k] ?? NaN))
  return result
}
