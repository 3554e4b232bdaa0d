// Convolution of volumes by TensorFlow's own 3D kernels, which oneDNN computes: right in values and gradients there, and faster than folding.
// They know no dilation, and no padding but what is put around the volume beforehand.
import { conv3d, engine, reshape, transpose, type Tensor, type Tensor5D } from '@tensorflow/tfjs-core'
import { channelsOf, extentsOf, framed, product, triple, type Triple, type Windows } from './windows.ts'
import type { Weight } from './folded.ts'

/** What goes around each axis so that windows that never pass an end give `places`; negative where the last elements are not read. */
function borders(
  { kernel, stride, low }: Windows,
  extents: Triple,
  places: Triple,
): Triple<readonly [number, number]> {
  return triple((axis) => {
    const read = (places[axis] - 1) * stride[axis] + kernel[axis]
    return [low[axis], read - low[axis] - extents[axis]]
  })
}

function padded(x: Tensor, around: Triple<readonly [number, number]>): Tensor {
  return around.reduce((image, [low, high], axis) => framed(image, axis + 1, low, high), x)
}

/** Where the padding is what TensorFlow calls `same`, it pads within its kernel. */
function padOf({ stride }: Windows, around: Triple<readonly [number, number]>): 'same' | 'valid' {
  const isSame = stride.every((step) => step === 1) && around.every(([low, high]) => low === high && low >= 0)
  return isSame ? 'same' : 'valid'
}

/** Half of the kernel on both sides, so that extents stay: then `same` is the same. */
function keepsExtents(extents: Triple, places: Triple): boolean {
  return extents.every((extent, axis) => extent === places[axis])
}

/** `[out, in, taps]` as `[…kernel, in, out]`. */
function filtersOf(weight: Weight, { kernel }: Windows): Tensor5D {
  const [outputs = 1, inputs = 1] = weight.shape
  return reshape(transpose(weight, [2, 1, 0]), [...kernel, inputs, outputs])
}

export function nativeConvolution(x: Tensor, weight: Weight, windows: Windows, places: Triple): Tensor {
  const { image, pad } = framedFor(x, windows, places)
  return conv3d(image as Tensor5D, filtersOf(weight, windows), [...windows.stride], pad)
}

interface Framed {
  readonly image: Tensor
  readonly pad: 'same' | 'valid'
}

function framedFor(x: Tensor, windows: Windows, places: Triple): Framed {
  const extents = extentsOf(x)
  const around = borders(windows, extents, places)
  const pad = keepsExtents(extents, places) ? padOf(windows, around) : 'valid'
  return { image: pad === 'same' ? x : padded(x, around), pad }
}

export function nativeInputGradient(dy: Tensor, weight: Weight, windows: Windows, extents: Triple): Tensor {
  const places = extentsOf(dy)
  const around = borders(windows, extents, places)
  const pad = keepsExtents(extents, places) ? padOf(windows, around) : 'valid'
  const [batch = 1] = dy.shape
  const inner = pad === 'same' ? extents : triple((axis) => extents[axis] + around[axis][0] + around[axis][1])
  const inputShape = [batch, ...inner, weight.shape[1] ?? 1]
  const inputs = { dy, filter: filtersOf(weight, windows) }
  const dx = kernel('Conv3DBackpropInputV2', inputs, { inputShape, strides: [...windows.stride], pad })
  if (pad === 'same') return dx
  return padded(
    dx,
    triple((axis) => [-around[axis][0], -around[axis][1]]),
  )
}

export function nativeWeightGradient(x: Tensor, dy: Tensor, windows: Windows): Tensor {
  const { image, pad } = framedFor(x, windows, extentsOf(dy))
  const [inputs, outputs] = [channelsOf(x), channelsOf(dy)]
  const filterShape = [...windows.kernel, inputs, outputs]
  const attributes = { filterShape, strides: [...windows.stride], pad }
  const dw = kernel('Conv3DBackpropFilterV2', { x: image, dy }, attributes)
  return transpose(reshape(dw, [product(windows.kernel), inputs, outputs]), [2, 1, 0])
}

/** A kernel that TensorFlow.js calls from its own gradients only. */
function kernel(
  name: string,
  inputs: Readonly<Record<string, Tensor>>,
  attributes: Readonly<Record<string, number[] | string>>,
): Tensor {
  const [result] = [engine().runKernel(name, inputs, attributes)].flat()
  if (result === undefined) throw new Error(`${name} gave nothing`)
  return result
}
