// Operands of different shapes, aligned from the right; an extent of 1 repeats. Axes along which the same operand repeats are merged, so that
// the kernels see few of them: wasm is slow from rank 5 and wrong from rank 7 on.
import { mul, ones, type Tensor } from '@tensorflow/tfjs-core'
import { reshape } from './reshape.ts'
import { alongAxis } from './views.ts'

/** An elementwise function of two tensors. */
export function combined(a: Tensor, b: Tensor, rule: (a: Tensor, b: Tensor) => Tensor): Tensor {
  const rank = Math.max(a.rank, b.rank)
  const [left, right] = [padded(a.shape, rank), padded(b.shape, rank)]
  const shape = left.map((extent, axis) => Math.max(extent, right[axis] ?? 1))
  const groups = merged(left, right)
  const [x, y] = [
    reshape(
      a,
      groups.map(([own]) => own),
    ),
    reshape(
      b,
      groups.map(([, own]) => own),
    ),
  ]
  if (groups.length <= most) return reshape(rule(x, y), shape)
  return reshape(rule(reshape(repeatedTo(a, shape), [-1]), reshape(repeatedTo(b, shape), [-1])), shape)
}

/** The rank that broadcasting kernels are used at. */
const most = 4

function padded(shape: readonly number[], rank: number): number[] {
  return [...Array<number>(rank - shape.length).fill(1), ...shape]
}

/** The extents of both operands, neighbours merged where the same of them repeats (or neither). */
function merged(a: readonly number[], b: readonly number[]): readonly (readonly [number, number])[] {
  const groups: [number, number][] = []
  let last: number | undefined
  for (const [axis, left] of a.entries()) {
    const right = b[axis] ?? 1
    if (left === 1 && right === 1) continue
    const pattern = Math.sign(left - right) * Number(left === 1 || right === 1)
    const group = groups.at(-1)
    if (group === undefined || pattern !== last) groups.push([left, right])
    else groups[groups.length - 1] = [group[0] * left, group[1] * right]
    last = pattern
  }
  return groups.length === 0 ? [[1, 1]] : groups
}

/** `x` repeated until it has the shape: one axis after the other, as products with ones, whose gradient adds up again. */
export function repeatedTo(x: Tensor, shape: readonly number[]): Tensor {
  let result = reshape(x, padded(x.shape, shape.length))
  for (const [axis, extent] of shape.entries()) {
    if (extent === result.shape[axis]) continue
    const repeat = ones([1, extent, 1])
    result = alongAxis(result, axis, (view) => mul(view, repeat))
  }
  return result
}
