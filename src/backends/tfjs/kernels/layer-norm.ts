// Layer normalisation over the last axis, with its gradient in closed form.
import {
  add,
  customGrad,
  matMul,
  mul,
  ones,
  reshape,
  rsqrt,
  square,
  sub,
  type GradSaveFunc,
  type Tensor,
} from '@tensorflow/tfjs-core'
import { addRow, columnSums } from './matrix-product.ts'

/** `(x - mean) / √(var + eps)` of each row of `[m, n]`, with the biased variance. */
export function normalisedRows(x: Tensor, eps: number): Tensor {
  return customGrad((...given) => {
    const [rows, save] = given as [Tensor, GradSaveFunc]
    const centred = sub(rows, rowMeans(rows))
    const inverse = rsqrt(add(rowMeans(square(centred)), eps))
    const value = mul(centred, inverse)
    save([value, inverse])
    return {
      value,
      // dx = (dy - mean(dy) - y · mean(dy · y)) / √(var + eps)
      gradFunc: (dy: Tensor, saved: Tensor[]) => {
        const [y, scale] = saved as [Tensor, Tensor]
        const along = mul(y, rowMeans(mul(dy, y)))
        return mul(sub(sub(dy, rowMeans(dy)), along), scale)
      },
    }
  })(x)
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
  return customGrad((...given) => {
    const [matrix, numbers, save] = given as [Tensor, Tensor, GradSaveFunc]
    save([matrix, numbers])
    return {
      value: mul(matrix, numbers),
      gradFunc: (dy: Tensor, saved: Tensor[]) => {
        const [before, weight] = saved as [Tensor, Tensor]
        return [mul(dy, weight), reshape(columnSums(mul(dy, before)), weight.shape)]
      },
    }
  })(x, row)
}
