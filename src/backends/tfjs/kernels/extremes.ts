// The greater and the lesser of every two elements. Stock gradients have the result's shape where an operand repeats, which is an error, and
// give a tie to one side; here what repeats adds up, and each side of a tie gets half of it, as in PyTorch.
import {
  add,
  cast,
  equal,
  greater,
  less,
  maximum as stockMaximum,
  minimum as stockMinimum,
  mul,
  sub,
  sum,
  type Tensor,
} from '@tensorflow/tfjs-core'
import { kept, withGradient } from './with-gradient.ts'

type Pair = (a: Tensor, b: Tensor) => Tensor

const extreme =
  (value: Pair, wins: Pair): Pair =>
  (a, b) =>
    withGradient([a, b], () => ({
      value: value(a, b),
      saved: [a, b],
      gradient: (dy, saved) => {
        const [left, right] = [kept(saved, 0), kept(saved, 1)]
        const tied = mul(cast(equal(left, right), 'float32'), 0.5)
        const share = add(cast(wins(left, right), 'float32'), tied)
        return [summedTo(mul(dy, share), left.shape), summedTo(mul(dy, sub(1, share)), right.shape)]
      },
    }))

export const maximum = extreme(stockMaximum, greater)
export const minimum = extreme(stockMinimum, less)

/** Over the axes along which the operand, of the same rank, repeats. */
function summedTo(x: Tensor, shape: readonly number[]): Tensor {
  const axes = shape.flatMap((extent, axis) => (extent === 1 && x.shape[axis] !== 1 ? [axis] : []))
  return axes.length === 0 ? x : sum(x, axes, true)
}
