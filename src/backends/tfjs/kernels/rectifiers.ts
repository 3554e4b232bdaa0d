// Rectifiers, from elementwise operations that every backend has fast.
import { fill, mul, prelu, relu as stockRelu, reshape, step, type Tensor } from '@tensorflow/tfjs-core'
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
    const value = slope === 0 ? stockRelu(x) : sloped(x, slope)
    return {
      value,
      saved: [slope >= 0 ? value : x],
      gradient: (dy, saved) => [mul(dy, step(kept(saved, 0), slope))],
    }
  })
}

/** As `prelu` with one slope for all: 20 times faster on wasm than `leakyRelu`. */
function sloped(x: Tensor, slope: number): Tensor {
  const columns = x.shape.at(-1) ?? 1
  return reshape(prelu(reshape(x, [-1, columns]), fill([columns], slope)), x.shape)
}
