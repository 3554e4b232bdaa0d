// Matrix products. On wasm the transposing flags of `matMul` cost a factor of ten for single matrices, and its own gradient sets them: products
// of two matrices are made with explicit transposes, forwards and backwards.
import { clone, matMul, slice, stack, transpose, type Tensor } from '@tensorflow/tfjs-core'
import { reshape } from './reshape.ts'
import type { BackendName } from '../operands.ts'
import { repeatedTo } from './broadcasting.ts'
import { addedPerColumn, columnSums } from './sums.ts'
import { multiplied } from './multiplied.ts'
import { countOf } from './views.ts'
import { kept, withGradient } from './with-gradient.ts'

/** `[m, k] · [k, n]`. */
export function product(a: Tensor, b: Tensor): Tensor {
  return withGradient([a, b], () => ({
    value: multiplied(a, b),
    saved: [a, b],
    gradient: (dy, saved) => [
      multiplied(dy, transpose(kept(saved, 1))),
      multiplied(transpose(kept(saved, 0)), dy),
    ],
  }))
}

/** Adds a row of `n` numbers to every row of `[m, n]`. */
export function addRow(x: Tensor, row: Tensor): Tensor {
  return withGradient([x, row], () => ({
    value: addedPerColumn(x, row),
    saved: [],
    gradient: (dy) => [clone(dy), columnSums(dy)],
  }))
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
  const products = inOne
    ? matMul(left, right, false, transposeB)
    : oneByOne(left, transposeB ? flipped(right) : right)
  return reshape(products, [...lead, rows, columns])
}

/** Multiplications from which wasm is faster one matrix at a time: its batched product is a plain loop. */
const worthItsOwn = 2 ** 19

/** `[count, m, k] · [count, k, n]`. Its gradient is made of such products too: that of a slice would add up whole tensors. */
function oneByOne(a: Tensor, b: Tensor): Tensor {
  return withGradient([a, b], () => ({
    value: eachProduct(a, b),
    saved: [a, b],
    gradient: (dy, saved) => [
      eachProduct(dy, flipped(kept(saved, 1))),
      eachProduct(flipped(kept(saved, 0)), dy),
    ],
  }))
}

function eachProduct(a: Tensor, b: Tensor): Tensor {
  const [count = 0] = a.shape
  return stack(Array.from({ length: count }, (_, k) => matMul(matrixOf(a, k), matrixOf(b, k))))
}

function matrixOf(x: Tensor, k: number): Tensor {
  const [, rows = 1, columns = 1] = x.shape
  return reshape(slice(x, [k, 0, 0], [1, rows, columns]), [rows, columns])
}

const flipped = (x: Tensor): Tensor => transpose(x, [0, 2, 1])

function leadingOf(a: readonly number[], b: readonly number[]): number[] {
  const rank = Math.max(a.length, b.length)
  return Array.from({ length: rank }, (_, axis) =>
    Math.max(a[axis - rank + a.length] ?? 1, b[axis - rank + b.length] ?? 1),
  )
}
