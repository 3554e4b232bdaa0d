// Operands of different shapes, aligned from the right; an extent of 1 repeats. A table without a batch has fewer axes than the batched
// operand that it meets, so aligning whole shapes repeats it over the batch.
import { at, countOf, zeros, type Tensor } from './tensor.ts'

/** For every element of `shape`, in order, the position of the element of an operand of shape `from` that it meets. */
export function sourcesOf(from: readonly number[], shape: readonly number[]): Int32Array {
  const steps = stepsOf(from, shape)
  let sources = new Int32Array(1)
  for (const [axis, extent] of shape.entries()) {
    const before = sources
    const step = steps[axis] ?? 0
    sources = new Int32Array(before.length * extent)
    for (let k = 0; k < sources.length; k++)
      sources[k] = at(before, Math.floor(k / extent)) + (k % extent) * step
  }
  return sources
}

/** How far apart the operand's elements are along each axis of the result: 0 where it repeats. */
function stepsOf(from: readonly number[], shape: readonly number[]): readonly number[] {
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
  for (let k = 0; k < result.data.length; k++)
    result.data[k] = rule(at(a.data, at(left, k)), at(b.data, at(right, k)))
  return result
}
