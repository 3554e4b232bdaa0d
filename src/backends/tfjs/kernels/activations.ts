// Functions of one element whose stock forms are slow, or lack an attribute; with gradients in closed form.
import {
  add,
  elu as stockElu,
  erf,
  exp,
  mul,
  relu,
  sigmoid,
  softmax as stockSoftmax,
  square,
  step,
  sub,
  type Tensor,
} from '@tensorflow/tfjs-core'
import { elementwise } from './with-gradient.ts'

/** `x` where positive, else `alpha · (exp(x) - 1)`; its slope is 1, else `alpha · exp(x)`. */
export function elu(x: Tensor, alpha: number): Tensor {
  // elu(x) - relu(x) is 0 exactly where x is positive.
  const negative = (of: Tensor): Tensor => mul(sub(stockElu(of), relu(of)), alpha)
  return elementwise(
    x,
    (of) => add(relu(of), negative(of)),
    (of) => add(add(negative(of), alpha), mul(step(of), 1 - alpha)),
  )
}

/** `x · Φ(x)`; its slope is `Φ(x) + x · φ(x)` with the density φ. */
export function gelu(x: Tensor): Tensor {
  const distribution = (of: Tensor): Tensor => mul(add(erf(mul(of, Math.SQRT1_2)), 1), 0.5)
  const density = (of: Tensor): Tensor => mul(exp(mul(square(of), -0.5)), 1 / Math.sqrt(2 * Math.PI))
  return elementwise(
    x,
    (of) => mul(of, distribution(of)),
    (of) => add(distribution(of), mul(of, density(of))),
  )
}

/**
 * `0.5 · x · (1 + tanh(u))`, `u = √(2/π) · (x + 0.044715 · x³)`, which is `x · sigmoid(2u)`: wasm has a fast sigmoid and a slow tanh.
 * Its slope is `s + x · s · (1 - s) · 2u'` with the sigmoid s.
 */
export function geluByTanh(x: Tensor): Tensor {
  const rate = 2 * Math.sqrt(2 / Math.PI)
  const cubic = 0.044715
  const gate = (of: Tensor): Tensor => sigmoid(mul(mul(of, add(mul(square(of), cubic), 1)), rate))
  return elementwise(
    x,
    (of) => mul(of, gate(of)),
    (of) => {
      const s = gate(of)
      const inner = mul(add(mul(square(of), 3 * cubic), 1), rate)
      return add(s, mul(mul(of, inner), mul(s, sub(1, s))))
    },
  )
}

/** `x` where positive, else `slopes · x`; the slopes broadcast. */
export function prelu(x: Tensor, slopes: Tensor): Tensor {
  const positive = relu(x)
  return add(positive, mul(slopes, sub(x, positive)))
}

/** Over the last axis. */
export function softmax(x: Tensor): Tensor {
  return stockSoftmax(x, -1)
}
