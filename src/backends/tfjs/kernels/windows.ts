// Images and windows over them in the form that all kernels of this folder share: `[N, D, H, W, C]`, with leading extents of 1 where the
// network has fewer axes, and one number per axis for what a window is.
import { fill, type Tensor } from '@tensorflow/tfjs-core'
import { cutColumns, joinedColumns } from './columns.ts'
import { reshape } from './reshape.ts'
import { paddedAlong, takenAlong } from './rearrange.ts'
import { alongAxis } from './views.ts'

export type Triple<T = number> = readonly [depth: T, height: T, width: T]

/** `output[i]` reads `input[i · stride + tap · dilation - low]` for each tap of the kernel. `low` may be negative: then the first elements are never read. */
export interface Windows {
  readonly kernel: Triple
  readonly stride: Triple
  readonly dilation: Triple
  readonly low: Triple
}

/** The last three of up to three, the first ones filled in. */
export function tripleOf(values: readonly number[], filler: number): Triple {
  return [values.at(-3) ?? filler, values.at(-2) ?? filler, values.at(-1) ?? filler]
}

export function triple<T>(rule: (axis: 0 | 1 | 2) => T): Triple<T> {
  return [rule(0), rule(1), rule(2)]
}

export function product([depth, height, width]: Triple): number {
  return depth * height * width
}

export function isTrivial(values: Triple, value: number): boolean {
  return values.every((one) => one === value)
}

/** An image of one to three axes, channels last, as one of three. */
export function imageOf(x: Tensor): Tensor {
  const [batch = 1, ...rest] = x.shape
  const channels = rest.pop() ?? 1
  return x.rank === 5 ? x : reshape(x, [batch, ...tripleOf(rest, 1), channels])
}

/** Back to as many axes as `shape` (channels first, with the batch) has. */
export function ofRank(image: Tensor, shape: readonly number[]): Tensor {
  const [batch = 1, channels = 1, ...spatial] = shape
  return spatial.length === 3 ? image : reshape(image, [batch, ...spatial, channels])
}

export function extentsOf(image: Tensor): Triple {
  return tripleOf(image.shape.slice(1, -1), 1)
}

export function channelsOf(image: Tensor): number {
  return image.shape.at(-1) ?? 1
}

/** Every voxel a row of channels. */
export function rowsOf(image: Tensor): Tensor {
  return reshape(image, [-1, channelsOf(image)])
}

/** Rows as an image with the voxels of another one. */
export function withChannels(rows: Tensor, image: Tensor, channels: number): Tensor {
  return reshape(rows, [...image.shape.slice(0, -1), channels])
}

/** Elements of `value` before and behind an axis; a negative number cuts elements off, of what is put there too. */
export function framed(x: Tensor, axis: number, low: number, high: number, value = 0): Tensor {
  const extent = x.shape[axis] ?? 1
  if (leavesNothing(extent, low, high)) return fill(x.shape.with(axis, extent + low + high), value)
  const [before, behind] = [Math.max(0, -low), Math.max(0, -high)]
  const inner = before + behind === 0 ? x : takenAlong(x, axis, before, extent - before - behind, 1)
  return paddedAlong(inner, axis, Math.max(0, low), Math.max(0, high), value)
}

/** Every window lies in the padding: what is cut off takes the whole axis with it. */
export function leavesNothing(extent: number, low: number, high: number): boolean {
  return Math.max(0, -low) + Math.max(0, -high) >= extent
}

/** The way back of `takenAlong`: elements `start`, `start + step`, … of an axis of `extent`, zeros between them. */
export function spreadAlong(x: Tensor, axis: number, start: number, step: number, extent: number): Tensor {
  const count = x.shape[axis] ?? 1
  if (step === 1) return framed(x, axis, start, extent - start - count)
  const apart = alongAxis(x, axis, (view, [outer, , inner]) =>
    reshape(paddedAlong(view, 2, 0, (step - 1) * inner, 0), [outer, count * step, inner]),
  )
  return framed(apart, axis, start, extent - start - count * step)
}

/** How much has to stand behind an axis so that exactly `places` windows fit; negative where the last elements are never read. */
export function highOf(windows: Windows, axis: 0 | 1 | 2, extent: number, places: number): number {
  const { kernel, stride, dilation, low } = windows
  return (places - 1) * stride[axis] + dilation[axis] * (kernel[axis] - 1) + 1 - extent - low[axis]
}

/** Slice of the channels of an image. */
export function channelSlice(image: Tensor, start: number, count: number): Tensor {
  if (count === channelsOf(image)) return image
  return withChannels(cutColumns(rowsOf(image), start, count), image, count)
}

export function joinedChannels(parts: readonly Tensor[]): Tensor {
  const [first] = parts
  if (first === undefined) throw new Error('nothing to join')
  const rows = joinedColumns(parts.map(rowsOf))
  return withChannels(rows, first, rows.shape[1] ?? 1)
}
