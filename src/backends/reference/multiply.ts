// The inner loops that convolutions, linear layers and matrix products spend their time in.
import { at } from './tensor.ts'

/** Bound here: where modules are wrapped, as under a test runner, looking up an import at every element costs ten times the work. */
const read = at

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

/**
 * `c += a · b`, with `a` of rows×inner and `b` of inner×columns. What two rows and four do not divide is done one by one, of which the last row takes four at a time:
 * a depthwise convolution has no other.
 */
export function addProduct(a: Matrix, b: Matrix, c: Matrix, { rows, inner, columns }: ProductExtents): void {
  const [pairs, fours] = [rows - (rows % 2), inner - (inner % 4)]
  for (let row = 0; row < pairs; row += 2) {
    for (let k = 0; k < fours; k += 4) addBlock(tileOf(a, row, k), rowsFrom(b, k), rowsFrom(c, row), columns)
  }
  for (let row = pairs; row < rows; row++) {
    for (let k = 0; k < fours; k += 4) addFour(tileOf(a, row, k), rowsFrom(b, k), rowsFrom(c, row), columns)
  }
  for (let row = 0; row < rows; row++) {
    for (let k = fours; k < inner; k++)
      addRow(read(a.data, a.start + row * a.step + k), rowsFrom(b, k), rowsFrom(c, row), columns)
  }
}

function rowsFrom({ data, start, step }: Matrix, row: number): Matrix {
  return { data, start: start + row * step, step }
}

function tileOf({ data, start, step }: Matrix, row: number, column: number): Matrix {
  return { data, start: start + row * step + column, step }
}

/** One row of `b`, times a weight, onto one row of `c`. */
function addRow(weight: number, b: Matrix, c: Matrix, columns: number): void {
  for (let k = 0; k < columns; k++)
    c.data[c.start + k] = read(c.data, c.start + k) + weight * read(b.data, b.start + k)
}

/** Four rows of `b` onto one row of `c`. */
function addFour(a: Matrix, b: Matrix, c: Matrix, columns: number): void {
  const [a0, a1, a2, a3] = fourFrom(a.data, a.start)
  const [source, sums] = [b.data, c.data]
  const [b0, b1] = [b.start | 0, (b.start + b.step) | 0]
  const [b2, b3] = [(b.start + 2 * b.step) | 0, (b.start + 3 * b.step) | 0]
  const [start, count] = [c.start | 0, columns | 0]
  for (let k = 0; k < count; k++) {
    const ahead = a0 * read(source, b0 + k) + a1 * read(source, b1 + k)
    const behind = a2 * read(source, b2 + k) + a3 * read(source, b3 + k)
    sums[start + k] = read(sums, start + k) + (ahead + behind)
  }
}

/** Four rows of `b` onto two rows of `c`: what is read is used more often, which makes it three times as fast as row by row. */
function addBlock(a: Matrix, b: Matrix, c: Matrix, columns: number): void {
  const [a0, a1, a2, a3] = fourFrom(a.data, a.start)
  const [w0, w1, w2, w3] = fourFrom(a.data, a.start + a.step)
  const [source, sums] = [b.data, c.data]
  // `| 0` says that places are integers: an engine that holds them as fractions takes twice as long.
  const [b0, b1] = [b.start | 0, (b.start + b.step) | 0]
  const [b2, b3] = [(b.start + 2 * b.step) | 0, (b.start + 3 * b.step) | 0]
  const [upper, lower] = [c.start | 0, (c.start + c.step) | 0]
  const count = columns | 0
  for (let k = 0; k < count; k++) {
    // Not as one pattern: that would halve the speed.
    const x0 = read(source, b0 + k)
    const x1 = read(source, b1 + k)
    const x2 = read(source, b2 + k)
    const x3 = read(source, b3 + k)
    sums[upper + k] = read(sums, upper + k) + (a0 * x0 + a1 * x1 + (a2 * x2 + a3 * x3))
    sums[lower + k] = read(sums, lower + k) + (w0 * x0 + w1 * x1 + (w2 * x2 + w3 * x3))
  }
}

function fourFrom(data: Float64Array, start: number): readonly [number, number, number, number] {
  return [read(data, start), read(data, start + 1), read(data, start + 2), read(data, start + 3)]
}

/** The rows×columns matrix at `start`, with its rows as columns. */
export function transposed(data: Float64Array, start: number, rows: number, columns: number): Float64Array {
  const result = new Float64Array(rows * columns)
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++)
      result[column * rows + row] = read(data, start + row * columns + column)
  }
  return result
}
