// Matrix products. On wasm the transposing flags of `matMul` cost a factor of ten for single matrices, and its own gradient sets them: products
// of two matrices are made with explicit transposes, forwards and backwards.
import {
  add,
  customGrad,
  matMul,
  ones,
  reshape,
  slice,
  stack,
  transpose,
  type GradSaveFunc,
  type Tensor,
} from '@tensorflow/tfjs-core'
import type { BackendName } from '../operands.ts'
import { repeatedTo } from './broadcasting.ts'
import { countOf } from './views.ts'

/** `[m, k] · [k, n]`. */
export function product(a: Tensor, b: Tensor): Tensor {
  return customGrad((...given) => {
    const [left, right, save] = given as [Tensor, Tensor, GradSaveFunc]
    save([left, right])
    return {
      value: matMul(left, right),
      gradFunc: (dy: Tensor, saved: Tensor[]) => {
        const [x, y] = saved as [Tensor, Tensor]
        return [matMul(dy, transpose(y)), matMul(transpose(x), dy)]
      },
    }
  })(a, b)
}

/** Sums of the columns of `[m, n]`: `[1, n]`. As a product five times as fast on wasm as `sum`, which transposes first. */
export function columnSums(x: Tensor): Tensor {
  return matMul(ones([1, x.shape[0] ?? 1]), x)
}

/** Adds a row of `n` numbers to every row of `[m, n]`. */
export function addRow(x: Tensor, row: Tensor): Tensor {
  return customGrad((...given) => {
    const [matrix, numbers] = given as [Tensor, Tensor]
    return {
      value: add(matrix, numbers),
      gradFunc: (dy: Tensor) => [dy, reshape(columnSums(dy), numbers.shape)],
    }
  })(x, row)
}

/** `x · weightᵀ + bias` over the last axis; `weight` is `[features, in]`. */
export function linear(x: Tensor, weight: Tensor, bias: Tensor | undefined): Tensor {
  const [features = 1, inner = 1] = weight.shape
  const rows = product(reshape(x, [-1, inner]), transpose(weight))
  return reshape(bias === undefined ? rows : addRow(rows, bias), [...x.shape.slice(0, -1), features])
}

/** Over the last two axes; the leading ones broadcast from the right. */
export function matmul(a: Tensor, b: Tensor, transposeB: boolean, backend: BackendName): Tensor {
  const [rows = 1, inner = 1] = a.shape.slice(-2)
  const columns = b.shape.at(transposeB ? -2 : -1) ?? 1
  const [leadA, leadB] = [a.shape.slice(0, -2), b.shape.slice(0, -2)]
  const lead = leadingOf(leadA, leadB)
  if (countOf(leadB) === 1) {
    const right = reshape(b, b.shape.slice(-2))
    const flatRows = product(reshape(a, [-1, inner]), transposeB ? transpose(right) : right)
    return reshape(flatRows, [...lead, rows, columns])
  }
  const count = countOf(lead)
  const left = reshape(repeatedTo(a, [...lead, rows, inner]), [count, rows, inner])
  const right = reshape(repeatedTo(b, [...lead, ...b.shape.slice(-2)]), [count, ...b.shape.slice(-2)])
  const inOne = backend !== 'wasm' || rows * inner * columns < worthItsOwn
  const products = inOne ? matMul(left, right, false, transposeB) : oneByOne(left, right, transposeB)
  return reshape(products, [...lead, rows, columns])
}

/** Multiplications from which wasm is faster one matrix at a time: its batched product is a plain loop. */
const worthItsOwn = 2 ** 17

function oneByOne(left: Tensor, right: Tensor, transposeB: boolean): Tensor {
  const [count = 0] = left.shape
  const products = Array.from({ length: count }, (_, k) => {
    const b = matrixOf(right, k)
    return product(matrixOf(left, k), transposeB ? transpose(b) : b)
  })
  return stack(products)
}

function matrixOf(x: Tensor, k: number): Tensor {
  const [, rows = 1, columns = 1] = x.shape
  return reshape(slice(x, [k, 0, 0], [1, rows, columns]), [rows, columns])
}

function leadingOf(a: readonly number[], b: readonly number[]): number[] {
  const rank = Math.max(a.length, b.length)
  return Array.from({ length: rank }, (_, axis) =>
    Math.max(a[axis - rank + a.length] ?? 1, b[axis - rank + b.length] ?? 1),
  )
}
