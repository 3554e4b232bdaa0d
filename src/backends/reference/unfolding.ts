// Windows laid out as a matrix, so that a convolution is a matrix product: one row per channel and tap, one column per window. Done block by
// block, so that a block stays in the cache and memory stays bounded. A transposed convolution is the same matrix read backwards.
import { at, countOf } from './tensor.ts'
import { insideRange, sourceOf, type AxisWindow, type Triple } from './windows.ts'

/** Bound here: where modules are wrapped, as under a test runner, looking up an import at every element costs ten times the work. */
const read = at

/** Windows at `places` over an image of some `extents`. */
export interface Unfolding {
  readonly windows: Triple<AxisWindow>
  readonly extents: Triple<number>
  readonly places: Triple<number>
}

/** Some channels of the image, some lines of places (a line runs along the width). Half-open. */
export interface Block {
  readonly channels: readonly [number, number]
  readonly lines: readonly [number, number]
}

const columnsPerBlock = 256
const rowsPerBlock = 256

export function tapsOf({ windows }: Unfolding): number {
  return countOf(windows.map((one) => one.kernel))
}

/** Cuts channels and places into blocks; each block has at least one channel and one line. */
export function forEachBlock(unfolding: Unfolding, channels: number, visit: (block: Block) => void): void {
  const [depth, height, width] = unfolding.places
  const channelStep = Math.max(1, Math.floor(rowsPerBlock / tapsOf(unfolding)))
  const lineStep = Math.max(1, Math.floor(columnsPerBlock / width))
  for (let line = 0; line < depth * height; line += lineStep) {
    for (let channel = 0; channel < channels; channel += channelStep) {
      visit({
        channels: [channel, Math.min(channels, channel + channelStep)],
        lines: [line, Math.min(depth * height, line + lineStep)],
      })
    }
  }
}

export function rowCount(unfolding: Unfolding, { channels: [first, end] }: Block): number {
  return (end - first) * tapsOf(unfolding)
}

export function columnCount({ places }: Unfolding, { lines: [first, end] }: Block): number {
  return (end - first) * places[2]
}

/** The block as a matrix. `start` is where the image's first channel begins in `image`. Padding reads as zero. */
export function unfold(unfolding: Unfolding, block: Block, image: Float64Array, start: number): Float64Array {
  const matrix = new Float64Array(rowCount(unfolding, block) * columnCount(unfolding, block))
  const { stride } = unfolding.windows[2]
  forEachRun(unfolding, block, (cell, element, count) => {
    for (let k = 0; k < count; k++) matrix[cell + k] = read(image, start + element + k * stride)
  })
  return matrix
}

/** Adds the block's matrix to the image, each cell to the element that it would be read from; padding swallows what falls on it. */
export function addFolded(
  unfolding: Unfolding,
  block: Block,
  matrix: Float64Array,
  image: Float64Array,
  start: number,
): void {
  const { stride } = unfolding.windows[2]
  forEachRun(unfolding, block, (cell, element, count) => {
    for (let k = 0; k < count; k++) {
      const place = start + element + k * stride
      image[place] = read(image, place) + read(matrix, cell + k)
    }
  })
}

type VisitRun = (cell: number, element: number, count: number) => void

/** Calls back with runs of neighbouring cells whose elements lie within the image, a stride of the width apart. */
function forEachRun(unfolding: Unfolding, block: Block, visit: VisitRun): void {
  const [depth, height, width] = unfolding.windows
  const columns = columnCount(unfolding, block)
  let row = 0
  for (let channel = block.channels[0]; channel < block.channels[1]; channel++) {
    for (let d = 0; d < depth.kernel; d++) {
      for (let h = 0; h < height.kernel; h++) {
        for (let w = 0; w < width.kernel; w++) {
          forEachRunOfTap(unfolding, block, { channel, tap: [d, h, w], cell: row * columns }, visit)
          row++
        }
      }
    }
  }
}

interface MatrixRow {
  readonly channel: number
  readonly tap: Triple<number>
  /** Where the row begins in the matrix. */
  readonly cell: number
}

function forEachRunOfTap(unfolding: Unfolding, block: Block, row: MatrixRow, visit: VisitRun): void {
  const { windows, extents, places } = unfolding
  const [from, to] = insideRange(windows[2], row.tap[2], extents[2], places[2])
  if (from === to) return
  for (let line = block.lines[0]; line < block.lines[1]; line++) {
    const d = sourceOf(windows[0], Math.floor(line / places[1]), row.tap[0])
    const h = sourceOf(windows[1], line % places[1], row.tap[1])
    if (d < 0 || d >= extents[0] || h < 0 || h >= extents[1]) continue
    const element = ((row.channel * extents[0] + d) * extents[1] + h) * extents[2]
    const cell = row.cell + (line - block.lines[0]) * places[2] + from
    visit(cell, element + sourceOf(windows[2], from, row.tap[2]), to - from)
  }
}
