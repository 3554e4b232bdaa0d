// The three products of a convolution (its value and its two gradients) for any window and any number of groups: which form each takes.
import { concat, reshape, slice, transpose, type Tensor } from '@tensorflow/tfjs-core'
import { depthwise, depthwiseInputGradient, depthwiseWeightGradient } from './depthwise.ts'
import { formsNow } from '../forms.ts'
import { convolved, filtersOf, inputGradient, weightGradient } from './folded.ts'
import { multiplied } from './multiplied.ts'
import { nativeConvolution, nativeInputGradient, nativeWeightGradient } from './native.ts'
import { takenAlong } from './rearrange.ts'
import {
  channelSlice,
  channelsOf,
  isTrivial,
  joinedChannels,
  product,
  rowsOf,
  spreadAlong,
  triple,
  withChannels,
  type Triple,
  type Windows,
} from './windows.ts'

/** A convolution that reads `extents` at `places`. */
export interface Geometry {
  readonly windows: Windows
  readonly groups: number
  readonly extents: Triple
  readonly places: Triple
}

/** `x` is `[N, …extents, in]`, `weight` is `[out, in / groups, taps]`; the result is `[N, …places, out]`. */
export function forward(x: Tensor, weight: Tensor, geometry: Geometry): Tensor {
  const { windows, groups, places } = geometry
  const [outputs = 1] = weight.shape
  if (isPointwise(geometry)) {
    const rows = multiplied(rowsOf(x), transpose(reshape(weight, [outputs, -1])))
    return withChannels(rows, x, outputs)
  }
  if (isDepthwise(weight, groups)) return depthwise(x, weight, windows, places)
  if (isNative(windows))
    return eachGroup(groups, (group) =>
      nativeConvolution(group.channels(x), group.weights(weight), windows, places),
    )
  const wide = withoutDilation(windows)
  const filters = wide === windows ? weight : spreadTaps(weight, windows)
  return eachGroup(groups, (group) =>
    convolved(group.channels(x), filtersOf(group.weights(filters)), wide, places),
  )
}

/** The gradient of `x`. */
export function backwardInput(dy: Tensor, weight: Tensor, geometry: Geometry): Tensor {
  const { windows, groups, extents } = geometry
  const [outputs = 1, inputs = 1] = weight.shape
  if (isPointwise(geometry)) {
    const rows = multiplied(rowsOf(dy), reshape(weight, [outputs, inputs]))
    return withChannels(rows, dy, inputs)
  }
  if (isDepthwise(weight, groups)) return depthwiseInputGradient(dy, weight, windows, extents)
  const gradient = isNative(windows) ? nativeInputGradient : inputGradient
  return eachGroup(groups, (group) => gradient(group.channels(dy), group.weights(weight), windows, extents))
}

/** The gradient of `weight`, `[out, in / groups, taps]`. */
export function backwardWeight(x: Tensor, dy: Tensor, geometry: Geometry): Tensor {
  const { windows, groups } = geometry
  const [outputs, inputs] = [channelsOf(dy), channelsOf(x) / groups]
  if (isPointwise(geometry))
    return reshape(multiplied(transpose(rowsOf(dy)), rowsOf(x)), [outputs, inputs, 1])
  if (groups > 1 && inputs === 1 && outputs === groups) return depthwiseWeightGradient(x, dy, windows)
  const wide = isNative(windows) ? windows : withoutDilation(windows)
  const gradient = isNative(windows) ? nativeWeightGradient : weightGradient
  const parts = Array.from({ length: groups }, (_, k) =>
    gradient(groupOf(k, groups).channels(x), groupOf(k, groups).channels(dy), wide),
  )
  const whole = parts.length === 1 && parts[0] !== undefined ? parts[0] : concat(parts, 0)
  return wide === windows ? whole : takenTaps(whole, windows)
}

function isNative({ dilation }: Windows): boolean {
  return isTrivial(dilation, 1) && formsNow().convolution === 'native'
}

/** A kernel of 1 that moves by 1 is a product of matrices. */
function isPointwise({ windows, groups, extents, places }: Geometry): boolean {
  const { kernel, stride, low } = windows
  const same = extents.every((extent, axis) => extent === places[axis])
  return groups === 1 && same && isTrivial(kernel, 1) && isTrivial(stride, 1) && isTrivial(low, 0)
}

function isDepthwise(weight: Tensor, groups: number): boolean {
  return groups > 1 && weight.shape[1] === 1 && weight.shape[0] === groups
}

interface Group {
  channels(image: Tensor): Tensor
  weights(weight: Tensor): Tensor
}

function groupOf(position: number, groups: number): Group {
  return {
    channels(image) {
      const count = channelsOf(image) / groups
      return channelSlice(image, position * count, count)
    },
    weights(weight) {
      const [outputs = 1, inputs = 1, taps = 1] = weight.shape
      const count = outputs / groups
      return groups === 1 ? weight : slice(weight, [position * count, 0, 0], [count, inputs, taps])
    },
  }
}

function eachGroup(groups: number, rule: (group: Group) => Tensor): Tensor {
  const parts = Array.from({ length: groups }, (_, k) => rule(groupOf(k, groups)))
  return groups === 1 && parts[0] !== undefined ? parts[0] : joinedChannels(parts)
}

/** The same windows with a kernel that has zeros between its taps, where stock conv2d does not take the stride with the dilation. */
function withoutDilation(windows: Windows): Windows {
  const { stride, dilation } = windows
  const isBoth = !isTrivial([1, stride[1], stride[2]], 1) && !isTrivial([1, dilation[1], dilation[2]], 1)
  return isBoth ? { ...windows, kernel: spansOf(windows), dilation: [1, 1, 1] } : windows
}

function spansOf({ kernel, dilation }: Windows): Triple {
  return triple((axis) => (kernel[axis] - 1) * dilation[axis] + 1)
}

function spreadTaps(weight: Tensor, windows: Windows): Tensor {
  const [outputs = 1, inputs = 1] = weight.shape
  const spans = spansOf(windows)
  const wide = windows.dilation.reduce(
    (taps, step, axis) => spreadAlong(taps, axis + 1, 0, step, spans[axis] ?? 1),
    reshape(weight, [outputs * inputs, ...windows.kernel]),
  )
  return reshape(wide, [outputs, inputs, product(spans)])
}

/** The way back of `spreadTaps`. */
function takenTaps(weight: Tensor, windows: Windows): Tensor {
  const [outputs = 1, inputs = 1] = weight.shape
  const narrow = windows.dilation.reduce(
    (taps, step, axis) => takenAlong(taps, axis + 1, 0, windows.kernel[axis] ?? 1, step),
    reshape(weight, [outputs * inputs, ...spansOf(windows)]),
  )
  return reshape(narrow, [outputs, inputs, product(windows.kernel)])
}
