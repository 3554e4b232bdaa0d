// Columns of matrices, side by side and cut out again. Short rows are where stock kernels of wasm are slowest, their gradients above all.
import { concat, slice, type Tensor } from '@tensorflow/tfjs-core'
import { formsNow } from '../forms.ts'
import { written } from './heap.ts'
import { withGradient } from './with-gradient.ts'

/** `[rows, a]`, `[rows, b]`, … as `[rows, a + b + …]`. */
export function joinedColumns(parts: readonly Tensor[]): Tensor {
  if (formsNow().moves !== 'heap') return concat([...parts], 1)
  const widths = parts.map(widthOf)
  return withGradient(parts, () => ({
    value: joined(parts),
    saved: [],
    gradient: (dy) => cutApart(dy, widths),
  }))
}

/** Columns `start` to `start + count - 1` of a matrix. */
export function cutColumns(x: Tensor, start: number, count: number): Tensor {
  const [rows = 0, width = 0] = x.shape
  if (formsNow().moves !== 'heap') return slice(x, [0, start], [rows, count])
  return withGradient([x], () => ({
    value: cut(x, start, count),
    saved: [],
    gradient: (dy) => [spread(dy, start, width)],
  }))
}

const widthOf = ({ shape }: Tensor): number => shape[1] ?? 0

const one = ([found]: readonly Tensor[]): Tensor => {
  if (found === undefined) throw new Error('nothing was written')
  return found
}

function joined(parts: readonly Tensor[]): Tensor {
  const rows = parts[0]?.shape[0] ?? 0
  const toWidth = parts.reduce((sum, part) => sum + widthOf(part), 0)
  return one(
    written([[rows, toWidth]], parts, ([to], sources) => {
      let toStart = 0
      for (const [at, from] of sources.entries()) {
        const count = parts[at] === undefined ? 0 : widthOf(parts[at])
        if (to !== undefined)
          copyColumns({ from, fromWidth: count, fromStart: 0, to, toWidth, toStart, count, rows })
        toStart += count
      }
    }),
  )
}

function cutApart(dy: Tensor, widths: readonly number[]): Tensor[] {
  const [rows = 0, fromWidth = 0] = dy.shape
  const shapes = widths.map((width) => [rows, width])
  return written(shapes, [dy], (results, [from]) => {
    let fromStart = 0
    for (const [at, to] of results.entries()) {
      const count = widths[at] ?? 0
      if (from !== undefined)
        copyColumns({ from, fromWidth, fromStart, to, toWidth: count, toStart: 0, count, rows })
      fromStart += count
    }
  })
}

function cut(x: Tensor, fromStart: number, count: number): Tensor {
  const [rows = 0, fromWidth = 0] = x.shape
  return one(
    written([[rows, count]], [x], ([to], [from]) => {
      if (to !== undefined && from !== undefined)
        copyColumns({ from, fromWidth, fromStart, to, toWidth: count, toStart: 0, count, rows })
    }),
  )
}

function spread(dy: Tensor, toStart: number, toWidth: number): Tensor {
  const [rows = 0, count = 0] = dy.shape
  return one(
    written([[rows, toWidth]], [dy], ([to], [from]) => {
      if (to === undefined || from === undefined) return
      to.fill(0)
      copyColumns({ from, fromWidth: count, fromStart: 0, to, toWidth, toStart, count, rows })
    }),
  )
}

/** A block of columns of one matrix as a block of columns of another one with as many rows. */
interface Columns {
  readonly from: Float32Array
  readonly fromWidth: number
  readonly fromStart: number
  readonly to: Float32Array
  readonly toWidth: number
  readonly toStart: number
  readonly count: number
  readonly rows: number
}

/** From so many numbers in a row on a call that copies them costs less than a loop. */
const longRow = 48

function copyColumns({ from, fromWidth, fromStart, to, toWidth, toStart, count, rows }: Columns): void {
  if (count === fromWidth && count === toWidth) {
    to.set(from)
    return
  }
  for (let row = 0, read = fromStart, write = toStart; row < rows; row++) {
    if (count >= longRow) to.set(from.subarray(read, read + count), write)
    else for (let at = 0; at < count; at++) to[write + at] = from[read + at] ?? 0
    read += fromWidth
    write += toWidth
  }
}
