// Convolution of each channel apart (as many groups as input and output channels), depth taps added as in `folded.ts`.
import {
  depthwiseConv2d,
  mul,
  reshape,
  reverse,
  slice,
  stack,
  tidy,
  transpose,
  type Tensor,
} from '@tensorflow/tfjs-core'
import { framedFor, planesOf, summedOver } from './folded.ts'
import { takenAlong } from './rearrange.ts'
import { columnSums } from './sums.ts'
import {
  channelsOf,
  extentsOf,
  framed,
  isTrivial,
  rowsOf,
  spreadAlong,
  triple,
  type Triple,
  type Windows,
} from './windows.ts'

/** `weight` is `[channels, 1, taps]`. The stride is taken afterwards: stock kernels want it alike on both axes, and 1 with a dilation. */
export function depthwise(x: Tensor, weight: Tensor, windows: Windows, places: Triple): Tensor {
  const { stride, dilation, kernel } = windows
  if (!isTrivial([1, stride[1], stride[2]], 1)) {
    const dense: Triple = [places[0], (places[1] - 1) * stride[1] + 1, (places[2] - 1) * stride[2] + 1]
    const all = depthwise(x, weight, { ...windows, stride: [stride[0], 1, 1] }, dense)
    return takenAlong(takenAlong(all, 2, 0, places[1], stride[1]), 3, 0, places[2], stride[2])
  }
  const channels = channelsOf(x)
  const filters = transpose(reshape(weight, [channels, -1]), [1, 0])
  const { image, pads } = framedFor(x, windows, places)
  const padded = framed(framed(image, 2, ...pads[1]), 3, ...pads[2])
  const total = summedOver(kernel[0], (tap) => {
    const filter = slice(filters, [tap * kernel[1] * kernel[2], 0], [kernel[1] * kernel[2], channels])
    return depthwiseConv2d(
      planesOf(padded, tap, windows, places),
      reshape(filter, [kernel[1], kernel[2], channels, 1]),
      1,
      'valid',
      'NHWC',
      [dilation[1], dilation[2]],
    )
  })
  return reshape(total, [x.shape[0] ?? 1, ...places, channels])
}

/** The kernel turned round over the result's gradient, zeros put back where the stride left elements out. */
export function depthwiseInputGradient(
  dy: Tensor,
  weight: Tensor,
  windows: Windows,
  extents: Triple,
): Tensor {
  const { kernel, stride, dilation } = windows
  const places = extentsOf(dy)
  const apart = triple((axis) => (places[axis] - 1) * stride[axis] + 1)
  const dense = apart.reduce(
    (image, extent, axis) => spreadAlong(image, axis + 1, 0, stride[axis as 0 | 1 | 2], extent),
    dy,
  )
  const turned = reverse(weight, 2)
  const low = triple((axis) => dilation[axis] * (kernel[axis] - 1) - windows.low[axis])
  return depthwise(dense, turned, { kernel, dilation, stride: [1, 1, 1], low }, extents)
}

/** `[channels, 1, taps]`: for each tap the sum over voxels of what it read times the gradient. */
export function depthwiseWeightGradient(x: Tensor, dy: Tensor, windows: Windows): Tensor {
  const { kernel, stride, dilation } = windows
  const places = extentsOf(dy)
  const { image, pads } = framedFor(x, windows, places)
  const padded = framed(framed(image, 2, ...pads[1]), 3, ...pads[2])
  const rows = rowsOf(dy)
  const sums: Tensor[] = []
  const sumAt = (deep: Tensor, b: number, c: number): Tensor =>
    tidy(() => {
      const high = takenAlong(deep, 2, b * dilation[1], places[1], stride[1])
      return columnSums(mul(rowsOf(takenAlong(high, 3, c * dilation[2], places[2], stride[2])), rows))
    })
  for (let a = 0; a < kernel[0]; a++) {
    const deep = takenAlong(padded, 1, a * dilation[0], places[0], stride[0])
    for (let b = 0; b < kernel[1]; b++) for (let c = 0; c < kernel[2]; c++) sums.push(sumAt(deep, b, c))
  }
  return reshape(transpose(stack(sums), [1, 0]), [channelsOf(x), 1, sums.length])
}
