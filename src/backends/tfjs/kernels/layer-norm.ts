// Layer normalisation over the last axis, with its gradient in closed form.
import { add, matMul, mul, ones, rsqrt, square, sub, type Tensor } from '@tensorflow/tfjs-core'
import { addRow } from './matrix-product.ts'
import { columnSums } from './sums.ts'
import { kept, withGradient } from './with-gradient.ts'

/** `(x - mean) / √(var + eps)` of each row of `[m, n]`, with the biased variance. */
export function normalisedRows(x: Tensor, eps: number): Tensor {
  return withGradient([x], () => {
    const centred = sub(x, rowMeans(x))
    const inverse = rsqrt(add(rowMeans(square(centred)), eps))
    const value = mul(centred, inverse)
    return { value, saved: [value, inverse], gradient: (dy, saved) => [normGradient(dy, saved)] }
  })
}

/** `(dy - mean(dy) - y · mean(dy · y)) / √(var + eps)`. */
function normGradient(dy: Tensor, saved: readonly Tensor[]): Tensor {
  const [y, inverse] = [kept(saved, 0), kept(saved, 1)]
  const along = mul(y, rowMeans(mul(dy, y)))
  return mul(sub(sub(dy, rowMeans(dy)), along), inverse)
}

/** Means of the rows of `[m, n]`: `[m, 1]`. */
function rowMeans(x: Tensor): Tensor {
  const [, extent = 1] = x.shape
  return mul(matMul(x, ones([extent, 1])), 1 / extent)
}

/** `weight · x + bias` on every row of `[m, n]`. */
export function scaledRows(x: Tensor, weight: Tensor, bias: Tensor): Tensor {
  return addRow(mulRow(x, weight), bias)
}

function mulRow(x: Tensor, row: Tensor): Tensor {
  return withGradient([x, row], () => ({
    value: mul(x, row),
    saved: [x, row],
    gradient: (dy, saved) => [mul(dy, kept(saved, 1)), columnSums(mul(dy, kept(saved, 0)))],
  }))
}
