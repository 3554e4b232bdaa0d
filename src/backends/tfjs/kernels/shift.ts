// Chunks of channels moved along an axis, zeros coming in.
import { depthwiseConv2d, reshape, tensor4d, type Tensor, type Tensor4D } from '@tensorflow/tfjs-core'
import type { ShiftChunk } from '../../../compiler/ops/primitive/shift.ts'
import { formsNow } from '../forms.ts'
import { everyChannel } from './picks.ts'
import { heapPicker } from './picks-on-heap.ts'
import { viewOf } from './views.ts'
import { withGradient } from './with-gradient.ts'
import { channelsOf } from './windows.ts'

/** `axis` counts in `[N, …, C]`. Nothing is saved: the way back moves the gradient the other way. */
export function shifted(x: Tensor, axis: number, chunks: readonly ShiftChunk[]): Tensor {
  const offsets = offsetsOf(channelsOf(x), chunks)
  const back = offsets.map((offset) => -offset)
  const moved = formsNow().moves === 'heap' ? movedOnHeap : movedByFilters
  return withGradient([x], () => ({
    value: moved(x, axis, offsets),
    saved: [],
    gradient: (dy) => [moved(dy, axis, back)],
  }))
}

/** How far each channel moves; chunks have them all. */
export function offsetsOf(channels: number, chunks: readonly ShiftChunk[]): number[] {
  const offsets = Array<number>(channels).fill(0)
  for (const { start, end, offset } of chunks) offsets.fill(offset, start, end)
  return offsets
}

function movedOnHeap(x: Tensor, axis: number, offsets: readonly number[]): Tensor {
  const sources = [channelsOf(x)]
  const blocks = [everyChannel(sources, (channel) => offsets[channel] ?? 0)]
  const [moved] = heapPicker({ sources, blocks, axis }).picked([x])
  if (moved === undefined) throw new Error('nothing was moved')
  return moved
}

/** A filter along the axis for each channel, with a single 1: a tenth of what slices and paddings take in TensorFlow. */
export function movedByFilters(x: Tensor, axis: number, offsets: readonly number[]): Tensor {
  const reach = Math.max(...offsets.map((offset) => Math.abs(offset)))
  if (reach === 0) return x
  const [outer, extent, inner] = viewOf(x.shape, axis)
  const channels = channelsOf(x)
  const taps = 2 * Math.min(reach, extent) + 1
  const filter = new Float32Array(taps * channels)
  offsets.forEach((offset, channel) => {
    const tap = (taps - 1) / 2 - offset
    if (tap >= 0 && tap < taps) filter[tap * channels + channel] = 1
  })
  const image: Tensor4D = reshape(x, [outer, extent, inner / channels, channels])
  const moved = depthwiseConv2d(image, tensor4d(filter, [taps, 1, channels, 1]), 1, 'same')
  return reshape(moved, x.shape)
}
