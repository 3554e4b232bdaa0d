// Convolutions: each window as a column (unfolding.ts), times the weights; the transposed one the other way round.
import { addProduct, transposed } from './multiply.ts'
import { at, countOf, zeros, type Tensor } from './tensor.ts'
import {
  addFolded,
  columnCount,
  forEachBlock,
  rowCount,
  tapsOf,
  unfold,
  type Unfolding,
} from './unfolding.ts'

export interface Kernels {
  readonly weight: Float64Array
  readonly bias: Float64Array | undefined
  readonly groups: number
}

/** One group of one sample: where its first channels begin, and its weights. */
interface Group {
  readonly inputStart: number
  readonly inputChannels: number
  readonly outputStart: number
  readonly outputChannels: number
  readonly weightStart: number
}

/** `weight` is `[out, in / groups, …kernel]`. */
export function convolution(
  x: Tensor,
  { weight, bias, groups }: Kernels,
  unfolding: Unfolding,
  shape: readonly number[],
): Tensor {
  const result = filledWithBias(shape, bias)
  const positions = countOf(unfolding.places)
  const taps = tapsOf(unfolding)
  for (const group of groupsOf(x.shape, shape, groups, taps)) {
    forEachBlock(unfolding, group.inputChannels, (block) => {
      const columns = columnCount(unfolding, block)
      const matrix = unfold(unfolding, block, x.data, group.inputStart)
      addProduct(
        {
          data: weight,
          start: group.weightStart + block.channels[0] * taps,
          step: group.inputChannels * taps,
        },
        { data: matrix, start: 0, step: columns },
        {
          data: result.data,
          start: group.outputStart + block.lines[0] * unfolding.places[2],
          step: positions,
        },
        { rows: group.outputChannels, inner: rowCount(unfolding, block), columns },
      )
    })
  }
  return result
}

/** `weight` is `[in, out / groups, …kernel]`. The unfolding is that of the result, with one window per input position. */
export function transposedConvolution(
  x: Tensor,
  { weight, bias, groups }: Kernels,
  unfolding: Unfolding,
  shape: readonly number[],
): Tensor {
  const result = filledWithBias(shape, bias)
  const positions = countOf(unfolding.places)
  const taps = tapsOf(unfolding)
  for (const group of groupsOf(x.shape, shape, groups, taps)) {
    const rows = transposed(weight, group.weightStart, group.inputChannels, group.outputChannels * taps)
    forEachBlock(unfolding, group.outputChannels, (block) => {
      const extents = {
        rows: rowCount(unfolding, block),
        inner: group.inputChannels,
        columns: columnCount(unfolding, block),
      }
      const matrix = new Float64Array(extents.rows * extents.columns)
      addProduct(
        { data: rows, start: block.channels[0] * taps * group.inputChannels, step: group.inputChannels },
        { data: x.data, start: group.inputStart + block.lines[0] * unfolding.places[2], step: positions },
        { data: matrix, start: 0, step: extents.columns },
        extents,
      )
      addFolded(unfolding, block, matrix, result.data, group.outputStart)
    })
  }
  return result
}

function groupsOf(
  input: readonly number[],
  output: readonly number[],
  groups: number,
  taps: number,
): readonly Group[] {
  const [batch = 0, inputs = 0, ...inputExtents] = input
  const [, outputs = 0, ...outputExtents] = output
  const [inputChannels, outputChannels] = [inputs / groups, outputs / groups]
  return Array.from({ length: batch * groups }, (_, k) => ({
    inputChannels,
    outputChannels,
    inputStart: k * inputChannels * countOf(inputExtents),
    outputStart: k * outputChannels * countOf(outputExtents),
    weightStart: (k % groups) * inputChannels * outputChannels * taps,
  }))
}

function filledWithBias(shape: readonly number[], bias: Float64Array | undefined): Tensor {
  const result = zeros(shape)
  const positions = countOf(shape.slice(2))
  bias?.forEach((_, channel) => {
    for (let sample = 0; sample < (shape[0] ?? 0); sample++) {
      const start = (sample * bias.length + channel) * positions
      result.data.fill(at(bias, channel), start, start + positions)
    }
  })
  return result
}
