// The one inner loop that convolutions, linear layers and matrix products spend their time in.
import { at } from './tensor.ts'

/** A matrix inside an array: rows of neighbouring elements, beginning `step` apart. */
export interface Matrix {
  readonly data: Float64Array
  readonly start: number
  readonly step: number
}

export interface ProductExtents {
  readonly rows: number
  readonly inner: number
  readonly columns: number
}

/** `c += a · b`, with `a` of rows×inner and `b` of inner×columns. */
export function addProduct(a: Matrix, b: Matrix, c: Matrix, { rows, inner, columns }: ProductExtents): void {
  const fours = inner - (inner % 4)
  for (let row = 0; row < rows; row++) {
    const weights = a.start + row * a.step
    const sums: Row = { data: c.data, start: c.start + row * c.step, count: columns }
    for (let k = 0; k < fours; k += 4) addFourRows(sums, a.data, weights + k, b, b.start + k * b.step)
    for (let k = fours; k < inner; k++) addRow(sums, at(a.data, weights + k), b.data, b.start + k * b.step)
  }
}

interface Row {
  readonly data: Float64Array
  readonly start: number
  readonly count: number
}

function addRow({ data, start, count }: Row, weight: number, b: Float64Array, from: number): void {
  for (let k = 0; k < count; k++) data[start + k] = at(data, start + k) + weight * at(b, from + k)
}

/** Four rows of `b` in one go: each sum is read and written a quarter as often, which doubles the speed. */
function addFourRows(
  { data, start, count }: Row,
  weights: Float64Array,
  first: number,
  { data: b, step }: Matrix,
  from: number,
): void {
  const [w0, w1] = [at(weights, first), at(weights, first + 1)]
  const [w2, w3] = [at(weights, first + 2), at(weights, first + 3)]
  for (let k = 0; k < count; k++) {
    const place = from + k
    const low = w0 * at(b, place) + w1 * at(b, place + step)
    const high = w2 * at(b, place + 2 * step) + w3 * at(b, place + 3 * step)
    data[start + k] = at(data, start + k) + (low + high)
  }
}

/** The rows×columns matrix at `start`, with its rows as columns. */
export function transposed(data: Float64Array, start: number, rows: number, columns: number): Float64Array {
  const result = new Float64Array(rows * columns)
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++)
      result[column * rows + row] = at(data, start + row * columns + column)
  }
  return result
}
