// Chunks of channels moved along an axis. Every distinct offset moves the whole image, and a mask keeps its channels: taking the channels
// apart instead is a hundred times slower on wasm.
import { add, mul, reshape, tensor1d, zerosLike, type Tensor } from '@tensorflow/tfjs-core'
import type { ShiftChunk } from '../../../compiler/ops/primitive/shift.ts'
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
  const extent = x.shape[axis] ?? 1
  const offsets = [...new Set(chunks.map(({ offset }) => offset))].filter((one) => Math.abs(one) < extent)
  const parts = offsets.map((offset) => {
    const whole = offset === 0 ? x : framed(x, axis, offset, -offset)
    return mul(rowsOf(whole), maskOf(channelsOf(x), chunks, offset))
  })
  const [first, ...rest] = parts
  if (first === undefined) return zerosLike(x)
  return reshape(
    rest.reduce((sum, part) => add(sum, part), first),
    x.shape,
  )
}

function maskOf(channels: number, chunks: readonly ShiftChunk[], offset: number): Tensor {
  const mask = new Float32Array(channels)
  for (const chunk of chunks) if (chunk.offset === offset) mask.fill(1, chunk.start, chunk.end)
  return tensor1d(mask)
}
