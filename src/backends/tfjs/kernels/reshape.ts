// Another shape of the same numbers, on the way of a gradient. The stock gradient keeps its operand to know its shape, and its `dy` to the
// end, so that numbers that several shapes share are never freed; this one keeps nothing.
import { reshape as stockReshape, type Rank, type Tensor } from '@tensorflow/tfjs-core'
import { withGradient } from './with-gradient.ts'

export function reshape<R extends Rank>(x: Tensor, shape: readonly number[]): Tensor<R> {
  const from = x.shape
  return withGradient([x], () => ({
    value: stockReshape(x, [...shape]),
    saved: [],
    gradient: (dy) => [stockReshape(dy, from)],
  })) as Tensor<R>
}
