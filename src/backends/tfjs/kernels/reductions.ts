// One number of many, along axes that stay with an extent of 1. Stock gradients keep their operand to know its shape, and give each of
// several equal extremes the whole gradient; here sums keep nothing, and what is equal shares, as in PyTorch.
import { cast, div, equal, max, mean, min, mul, square, sub, sum, type Tensor } from '@tensorflow/tfjs-core'
import { combined, repeatedTo } from './broadcasting.ts'
import { reshape } from './reshape.ts'
import { alongAxis, flat } from './views.ts'
import { kept, withGradient } from './with-gradient.ts'

export type Reduction = (x: Tensor, axes: readonly number[]) => Tensor

/** One axis after the other, each at rank 3. */
const through =
  (rule: (view: Tensor, axis: number) => Tensor): Reduction =>
  (x, axes) =>
    axes.reduce((done, axis) => alongAxis(done, axis, (view) => rule(view, 1)), x)

export const means: Reduction = through(mean)
const plainSums = through(sum)

export const sums: Reduction = (x, axes) => {
  if (axes.length === 0) return x
  const { shape } = x
  return withGradient([x], () => ({
    value: plainSums(x, axes),
    saved: [],
    gradient: (dy) => [repeatedTo(dy, shape)],
  }))
}

const extremes =
  (value: Reduction): Reduction =>
  (x, axes) => {
    if (axes.length === 0) return x
    return withGradient([x], () => {
      const found = value(x, axes)
      return {
        value: found,
        saved: [x, found],
        gradient: (dy, saved) => {
          const mask = combined(kept(saved, 0), kept(saved, 1), isEqual)
          return [combined(mask, combined(dy, plainSums(mask, axes), div), mul)]
        },
      }
    })
  }

const isEqual = (a: Tensor, b: Tensor): Tensor => cast(equal(a, b), 'float32')

export const maxima: Reduction = extremes(through(max))
export const minima: Reduction = extremes(through(min))

/** The mean of squared distances from the mean, times a factor that takes the bias away. */
export function variances(x: Tensor, axes: readonly number[], factor: number): Tensor {
  const { shape } = x
  const count = axes.reduce((all, axis) => all * (shape[axis] ?? 1), 1)
  return withGradient([x], () => {
    const centred = combined(x, means(x, axes), sub)
    return {
      value: scaled(means(flat(centred, square), axes), factor),
      saved: [centred],
      gradient: (dy, saved) => [combined(kept(saved, 0), scaled(dy, (2 * factor) / count), mul)],
    }
  })
}

function scaled(x: Tensor, factor: number): Tensor {
  return reshape(mul(reshape(x, [-1]), factor), x.shape)
}
