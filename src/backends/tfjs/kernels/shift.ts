// Chunks of channels moved along an axis, zeros coming in.
import { concat, mul, pad, reshape, slice, tensor1d, zerosLike, type Tensor } from '@tensorflow/tfjs-core'
import type { ShiftChunk } from '../../../compiler/ops/primitive/shift.ts'
import { formsNow } from '../forms.ts'
import { summedOver } from './folded.ts'
import { viewOf } from './views.ts'
import { withGradient } from './with-gradient.ts'
import { channelsOf, framed, rowsOf } from './windows.ts'

/** `axis` counts in `[N, …, C]`. Nothing is saved: the way back moves the gradient the other way. */
export function shifted(x: Tensor, axis: number, chunks: readonly ShiftChunk[]): Tensor {
  const back = chunks.map((chunk) => ({ ...chunk, offset: -chunk.offset }))
  return withGradient([x], () => ({
    value: moved(x, axis, chunks),
    saved: [],
    gradient: (dy) => [moved(dy, axis, back)],
  }))
}

function moved(x: Tensor, axis: number, chunks: readonly ShiftChunk[]): Tensor {
  return formsNow().shifts === 'slices' ? movedBySlices(x, axis, chunks) : movedByMasks(x, axis, chunks)
}

/** Each chunk from its own place in the image with zeros at both ends of the axis. */
function movedBySlices(x: Tensor, axis: number, chunks: readonly ShiftChunk[]): Tensor {
  const [outer, extent, inner] = viewOf(x.shape, axis)
  const rest = inner / channelsOf(x)
  const clamped = (offset: number): number => Math.max(-extent, Math.min(extent, offset))
  const reach = Math.max(...chunks.map(({ offset }) => Math.abs(clamped(offset))))
  const around: [number, number][] = [
    [0, 0],
    [reach, reach],
    [0, 0],
    [0, 0],
  ]
  const padded = pad(reshape(x, [outer, extent, rest, channelsOf(x)]), around)
  const parts = chunks.map(({ start, end, offset }) =>
    slice(padded, [0, reach - clamped(offset), 0, start], [outer, extent, rest, end - start]),
  )
  return reshape(concat(parts, 3), x.shape)
}

/** Every distinct offset moves the whole image, and a mask keeps its channels. */
function movedByMasks(x: Tensor, axis: number, chunks: readonly ShiftChunk[]): Tensor {
  const extent = x.shape[axis] ?? 1
  const offsets = [...new Set(chunks.map(({ offset }) => offset))].filter((one) => Math.abs(one) < extent)
  if (offsets.length === 0) return zerosLike(x)
  const sum = summedOver(offsets.length, (k) => {
    const offset = offsets[k] ?? 0
    const whole = offset === 0 ? x : framed(x, axis, offset, -offset)
    return mul(rowsOf(whole), maskOf(channelsOf(x), chunks, offset))
  })
  return reshape(sum, x.shape)
}

function maskOf(channels: number, chunks: readonly ShiftChunk[], offset: number): Tensor {
  const mask = new Float32Array(channels)
  for (const chunk of chunks) if (chunk.offset === offset) mask.fill(1, chunk.start, chunk.end)
  return tensor1d(mask)
}
