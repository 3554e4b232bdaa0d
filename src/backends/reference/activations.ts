// Functions of one element, and softmax.
import { erfc } from './error-function.ts'
import { at, forEachLine, mapped, mappedAlong, viewOf, zeros, type Tensor } from './tensor.ts'

export function relu(x: number): number {
  return Math.max(x, 0)
}

export function leakyRelu(x: number, slope: number): number {
  return x > 0 ? x : slope * x
}

export function elu(x: number, alpha: number): number {
  return x > 0 ? x : alpha * Math.expm1(x)
}

export function sigmoid(x: number): number {
  return 1 / (1 + Math.exp(-x))
}

export function clipped(x: number, min: number, max: number): number {
  return Math.min(Math.max(x, min), max)
}

export function hardSigmoid(x: number): number {
  return clipped(x + 3, 0, 6) / 6
}

/** `log(1 + exp(x))`, which overflows nowhere in this form. */
export function softplus(x: number): number {
  return Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)))
}

/** `x · Φ(x)`: by the complement, which keeps its precision where Φ is close to 0. */
export function gelu(x: number): number {
  return x * 0.5 * erfc(-x * Math.SQRT1_2)
}

export function geluByTanh(x: number): number {
  return 0.5 * x * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (x + 0.044715 * x ** 3)))
}

/** One slope per position of the axis, or one for all. */
export function prelu(x: Tensor, axis: number, slopes: Float64Array): Tensor {
  if (slopes.length === 1) return mapped(x, (value) => leakyRelu(value, at(slopes, 0)))
  return mappedAlong(x, axis, (value, place) => leakyRelu(value, at(slopes, place)))
}

/** Less the greatest value of the line, which changes nothing but keeps `exp` finite. */
export function softmax(x: Tensor, axis: number): Tensor {
  const view = viewOf(x.shape, axis)
  const result = zeros(x.shape)
  forEachLine(view, (start) => {
    const end = start + view.extent * view.inner
    let greatest = -Infinity
    for (let k = start; k < end; k += view.inner) greatest = Math.max(greatest, at(x.data, k))
    let sum = 0
    for (let k = start; k < end; k += view.inner) {
      result.data[k] = Math.exp(at(x.data, k) - greatest)
      sum += at(result.data, k)
    }
    for (let k = start; k < end; k += view.inner) result.data[k] = at(result.data, k) / sum
  })
  return result
}
