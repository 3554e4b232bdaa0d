// Rectifiers, from the two elementwise operations that every backend has fast.
import { add, mul, relu as stockRelu, step, type Tensor } from '@tensorflow/tfjs-core'
import { kept, withGradient } from './with-gradient.ts'

export function relu(x: Tensor): Tensor {
  return leakyRelu(x, 0)
}

/**
 * `x` where positive, else `slope · x`. With a slope of 0 or more the result has the sign of `x`, and is what is saved: the next operator
 * saves it too, so `x` can go.
 */
export function leakyRelu(x: Tensor, slope: number): Tensor {
  return withGradient([x], () => {
    const positive = stockRelu(x)
    const value = slope === 0 ? positive : add(mul(positive, 1 - slope), mul(x, slope))
    return {
      value,
      saved: [slope >= 0 ? value : x],
      gradient: (dy, saved) => [mul(dy, step(kept(saved, 0), slope))],
    }
  })
}
