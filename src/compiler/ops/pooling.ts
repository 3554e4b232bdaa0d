// What the pooling operators share: PyTorch's extents, with its rule for `ceil_mode`.
import { isProblem, problem, type Problem } from '../diagnostics/diagnostic.ts'
import { leastExtent } from '../ir/bounds.ts'
import { addDims, scaleDim, subtractDims, type Dim, type Shape, type TensorType } from '../ir/tensor.ts'
import type { PerAxis } from './attribute-kinds.ts'
import {
  atLeastOne,
  concreteCount,
  dividedExtent,
  entry,
  imageProblem,
  reshaped,
  spatialExtents,
  windowReasons,
  type Place,
  type Window,
} from './extents.ts'
import type { EmptyWindow } from './op.ts'
import { axisName } from './words.ts'

export interface PoolWindows {
  readonly kernel: PerAxis
  readonly stride: PerAxis
  readonly padding: PerAxis
  readonly dilation?: PerAxis
  readonly ceil_mode: boolean
}

/** `stride = kernel` with the kernel in its place. */
export function strideOrKernel(stride: PerAxis | 'kernel', kernel: PerAxis): PerAxis {
  return stride === 'kernel' ? kernel : stride
}

/** The type of the pooled tensor. */
export function pooled(operator: string, x: TensorType, windows: PoolWindows): TensorType | Problem {
  const refused = imageProblem(operator, x)
  if (refused !== undefined) return refused
  const extents = spatialExtents(operator, x, (extent, _, place) => pooledExtent(extent, windows, place))
  return isProblem(extents) ? extents : reshaped(x, [x.shape[0] ?? 0, ...extents])
}

function pooledExtent(extent: Dim, windows: PoolWindows, place: Place): Dim | Problem {
  const window = windowOf(windows, place.axis - 1)
  const span = window.dilation * (window.kernel - 1) + 1
  if (window.low > span / 2) {
    const parts = {
      operator: place.operator,
      attribute: 'padding',
      axis: axisName(place.axis, place.rank),
    } as const
    return problem('pool-padding-too-wide', { ...parts, padding: window.low, kernel: span })
  }
  const room = addDims(extent, 2 * window.low - span + (windows.ceil_mode ? window.stride - 1 : 0))
  const steps = dividedExtent(room, window.stride, extent, place)
  if (isProblem(steps)) return steps
  const count = addDims(steps, 1)
  const result = windows.ceil_mode ? withoutLateWindow(count, extent, window) : count
  return atLeastOne(result, extent, place, () => windowReasons(window))
}

function windowOf(windows: PoolWindows, axis: number): Window {
  const padding = entry(windows.padding, axis)
  const dilation = windows.dilation === undefined ? 1 : entry(windows.dilation, axis)
  return {
    kernel: entry(windows.kernel, axis),
    stride: entry(windows.stride, axis),
    low: padding,
    high: padding,
    dilation,
  }
}

/** The last window has to start inside the input or its low padding (ATen, pooling_output_shape_pad_lr). */
function withoutLateWindow(count: Dim, extent: Dim, { stride, low }: Window): Dim {
  const start = scaleDim(addDims(count, -1), stride)
  return leastExtent(subtractDims(start, addDims(extent, low))) >= 0 ? addDims(count, -1) : count
}

/** The first window that has no element of the input: its elements are so far apart that all of them lie in the padding. */
export function emptyWindow(x: Shape, output: Shape, windows: PoolWindows): EmptyWindow | undefined {
  for (let axis = 1; axis < output.length; axis++) {
    const [extent, count] = [concreteCount([x[axis] ?? 0]), concreteCount([output[axis] ?? 0])]
    const window = windowOf(windows, axis - 1)
    // Only a window that begins before the input can step over it.
    const last = Math.min(count, Math.ceil(window.low / window.stride))
    for (let position = 0; position < last; position++)
      if (!meetsInput(position * window.stride - window.low, extent, window)) return { axis, position }
  }
  return undefined
}

function meetsInput(start: number, extent: number, { kernel, dilation }: Window): boolean {
  const first = start + dilation * Math.ceil(-start / dilation)
  return first < extent && first <= start + dilation * (kernel - 1)
}
