// Picking by a product with a matrix of zeros and ones, which TensorFlow makes faster than gathers of single numbers. All blocks pick at once.
import { dispose, keep, matMul, tensor2d, tidy, transpose, type Tensor } from '@tensorflow/tfjs-core'
import type { Picker, Picks } from './picks.ts'
import { movedByFilters } from './shift.ts'
import { channelSlice, channelsOf, joinedChannels, rowsOf, withChannels } from './windows.ts'

export function productPicker({ sources, blocks, axis }: Picks): Picker {
  const starts = startsOf(sources)
  const every = blocks.flat()
  const choice = matrixOf(
    every.map(({ source, channel }) => (starts[source] ?? 0) + channel),
    sources.reduce((sum, one) => sum + one, 0),
  )
  const back = tidy(() => keep(transpose(choice)))
  const offsets = every.map(({ offset }) => offset)
  const widths = blocks.map(({ length }) => length)
  return {
    keeps: 'picked',
    picked: (images) => {
      const picks = times(joined(images), choice)
      return apart(movedByFilters(picks, axis, offsets), widths)
    },
    spread: (gradients) => {
      const unmoved = movedByFilters(
        joined(gradients),
        axis,
        offsets.map((offset) => -offset),
      )
      return apart(times(unmoved, back), sources)
    },
    dispose: () => {
      dispose([choice, back])
    },
  }
}

const startsOf = (widths: readonly number[]): number[] =>
  widths.map((_, at) => widths.slice(0, at).reduce((sum, one) => sum + one, 0))

const joined = (images: readonly Tensor[]): Tensor =>
  images.length === 1 && images[0] !== undefined ? images[0] : joinedChannels(images)

function apart(image: Tensor, widths: readonly number[]): Tensor[] {
  const starts = startsOf(widths)
  return widths.map((width, at) => channelSlice(image, starts[at] ?? 0, width))
}

/** Every voxel's channels times a matrix. */
const times = (image: Tensor, matrix: Tensor): Tensor =>
  withChannels(matMul(rowsOf(image), matrix), image, channelsOf(matrix))

/** `[channels, picks]`: a column has its 1 where its channel is. */
function matrixOf(picks: readonly number[], channels: number): Tensor {
  const numbers = new Float32Array(channels * picks.length)
  picks.forEach((channel, at) => {
    numbers[channel * picks.length + at] = 1
  })
  return tidy(() => keep(tensor2d(numbers, [channels, picks.length])))
}
