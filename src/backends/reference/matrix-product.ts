// Products over the last axes: `linear` and `matmul`.
import { broadcastShape, sourcesOf } from './broadcasting.ts'
import { addProduct, transposed } from './multiply.ts'
import { countOf, zeros, type Tensor } from './tensor.ts'

/** `x · weightᵀ + bias` over the last axis; `weight` is `[features, in]`. */
export function linear(
  x: Tensor,
  weight: Float64Array,
  bias: Float64Array | undefined,
  features: number,
): Tensor {
  const inner = x.shape.at(-1) ?? 0
  const result = zeros([...x.shape.slice(0, -1), features])
  if (bias !== undefined)
    for (let row = 0; row < result.data.length; row += features) result.data.set(bias, row)
  addProduct(
    { data: x.data, start: 0, step: inner },
    { data: transposed(weight, 0, features, inner), start: 0, step: features },
    { data: result.data, start: 0, step: features },
    { rows: countOf(x.shape.slice(0, -1)), inner, columns: features },
  )
  return result
}

/** The leading axes broadcast: each of their positions is one product of two matrices. */
export function matmul(a: Tensor, b: Tensor, transposeB: 'transposed' | 'as it is'): Tensor {
  const [rows = 0, inner = 0] = a.shape.slice(-2)
  const columns = b.shape.at(transposeB === 'transposed' ? -2 : -1) ?? 0
  const leading = broadcastShape(a.shape.slice(0, -2), b.shape.slice(0, -2))
  const result = zeros([...leading, rows, columns])
  const left = sourcesOf(a.shape.slice(0, -2), leading)
  const right = sourcesOf(b.shape.slice(0, -2), leading)
  left.forEach((place, k) => {
    const start = (right[k] ?? NaN) * inner * columns
    const flipped = transposeB === 'transposed' ? transposed(b.data, start, columns, inner) : undefined
    addProduct(
      { data: a.data, start: place * rows * inner, step: inner },
      { data: flipped ?? b.data, start: flipped === undefined ? start : 0, step: columns },
      { data: result.data, start: k * rows * columns, step: columns },
      { rows, inner, columns },
    )
  })
  return result
}
