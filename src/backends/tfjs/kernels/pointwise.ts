// Functions of one element with their derivatives in closed form: at the corners of piecewise ones PyTorch's, which the stock forms miss.
import {
  abs as stockAbs,
  add,
  exp as stockExp,
  log as stockLog,
  maximum,
  minimum,
  mul,
  reciprocal,
  rsqrt as stockRsqrt,
  sigmoid,
  sign,
  softplus as stockSoftplus,
  sqrt as stockSqrt,
  step,
  sub,
  type Tensor,
} from '@tensorflow/tfjs-core'
import { elementwise } from './with-gradient.ts'

type Rule = (x: Tensor) => Tensor

const kernel =
  (value: Rule, slope: Rule): Rule =>
  (x) =>
    elementwise(x, value, slope)

/** `s + x · s · (1 - s)` with the sigmoid s. */
function slopeOfSilu(x: Tensor): Tensor {
  const s = sigmoid(x)
  return add(s, mul(mul(x, s), sub(1, s)))
}

const gate: Rule = (x) => mul(minimum(maximum(add(x, 3), 0), 6), 1 / 6)
const slopeOfGate: Rule = (x) => mul(between(x, -3, 3), 1 / 6)

/** 1 strictly between the bounds, else 0. */
function between(x: Tensor, min: number, max: number): Tensor {
  return mul(step(sub(x, min)), step(sub(max, x)))
}

export const silu = kernel((x) => mul(x, sigmoid(x)), slopeOfSilu)
export const hardSigmoid = kernel(gate, slopeOfGate)
export const hardSwish = kernel(
  (x) => mul(x, gate(x)),
  (x) => add(gate(x), mul(x, slopeOfGate(x))),
)
export const relu6 = kernel(
  (x) => minimum(maximum(x, 0), 6),
  (x) => between(x, 0, 6),
)
export const softplus = kernel(stockSoftplus, sigmoid)
export const exp = kernel(stockExp, stockExp)
export const log = kernel(stockLog, reciprocal)
export const sqrt = kernel(stockSqrt, (x) => mul(stockRsqrt(x), 0.5))
export const rsqrt = kernel(stockRsqrt, (x) => mul(mul(stockRsqrt(x), reciprocal(x)), -0.5))
export const abs = kernel(stockAbs, sign)

/** PyTorch lets a gradient through at the bounds themselves. */
export function clipped(x: Tensor, min: number | 'none', max: number | 'none'): Tensor {
  const raised: Rule = (of) => (min === 'none' ? of : maximum(of, min))
  const lowered: Rule = (of) => (max === 'none' ? of : minimum(of, max))
  const beyond: readonly Rule[] = [
    ...(min === 'none' ? [] : [(of: Tensor) => step(sub(min, of))]),
    ...(max === 'none' ? [] : [(of: Tensor) => step(sub(of, max))]),
  ]
  return elementwise(
    x,
    (of) => lowered(raised(of)),
    (of) => beyond.map((one) => sub(1, one(of))).reduce((a, b) => mul(a, b)),
  )
}
