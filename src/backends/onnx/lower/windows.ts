// Pooling and interpolation.
import type { NodeOf } from '../../backend.ts'
import { addDims, scaleDim, subtractDims, type Dim, type Shape } from '../../../compiler/ir/tensor.ts'
import { entry } from '../../../compiler/ops/extents.ts'
import type { Step } from '../builder.ts'
import { int, ints, string, type OnnxAttributes } from '../model.ts'
import { axesInputOpset, resizeAxesOpset } from '../opsets.ts'
import { axisAt, extentVector } from './extents.ts'

interface Windows {
  readonly kernel: readonly number[]
  readonly stride: readonly number[]
  readonly padding: readonly number[]
  readonly dilation?: readonly number[]
}

/**
 * What has to be added at the high ends so that the last window lies within: with `ceil_mode` more than the padding. ONNX's own
 * `ceil_mode` counts windows that begin in the padding, PyTorch's does not, so it is never used.
 */
function highPads(windows: Windows, input: Shape, output: Shape): number[] {
  return windows.kernel.map((kernel, axis) => {
    const span = (windows.dilation?.[axis] ?? 1) * (kernel - 1) + 1
    const last = scaleDim(addDims(output[axis + 1] ?? 0, -1), entry(windows.stride, axis))
    const reach: Dim = subtractDims(addDims(last, span - entry(windows.padding, axis)), input[axis + 1] ?? 0)
    if (typeof reach !== 'number') throw new Error('windows move with the extent, so their overhang is fixed')
    return Math.max(0, reach)
  })
}

export function lowerMaxPool(node: NodeOf<'max_pool'>, step: Step): string {
  const { kernel, stride, padding, dilation } = node.attributes
  const high = highPads(node.attributes, step.inputType().shape, node.type.shape)
  const windows = { kernel_shape: ints(kernel), strides: ints(stride), dilations: ints(dilation) }
  // Runtimes refuse pads as wide as the kernel, which dilation allows.
  const isWide = kernel.some((taps, axis) => Math.max(entry(padding, axis), entry(high, axis)) >= taps)
  if (!isWide)
    return step.finish('MaxPool', [step.input()], { ...windows, pads: ints([...padding, ...high]) })
  const padded = padSpatial(step, { low: padding, high, value: -Infinity })
  return step.finish('MaxPool', [padded], windows)
}

/** Zeros that count in the mean are put there by a Pad; the overhang of `ceil_mode` never counts. */
export function lowerAvgPool(node: NodeOf<'avg_pool'>, step: Step): string {
  const { kernel, stride, padding, count_include_pad } = node.attributes
  const { shape } = step.inputType()
  const overhang = highPads(node.attributes, shape, node.type.shape)
  const isPadded = padding.some((one) => one > 0)
  const settings = { kernel_shape: ints(kernel), strides: ints(stride), count_include_pad: int(0) }
  if (!isPadded || !count_include_pad)
    return step.finish('AveragePool', [step.input()], { ...settings, pads: ints([...padding, ...overhang]) })
  const padded = padSpatial(step, { low: padding, high: padding, value: 0 })
  const rest = overhang.map((reach, axis) => Math.max(0, reach - entry(padding, axis)))
  return step.finish('AveragePool', [padded], {
    ...settings,
    pads: ints([...padding.map(() => 0), ...rest]),
  })
}

function padSpatial(
  step: Step,
  {
    low,
    high,
    value,
  }: { readonly low: readonly number[]; readonly high: readonly number[]; readonly value: number },
): string {
  const pads = step.ints('pads', [0, 0, ...low, 0, 0, ...high])
  return step.prepare('padded', 'Pad', [step.input(), pads, step.floats('pad_value', [value])])
}

export function lowerMean({ attributes }: NodeOf<'mean'>, step: Step): string {
  const axes = attributes.axes.map((axis) => axisAt(axis, step.inputType()))
  if (axes.length === 0) return step.finish('Identity', [step.input()])
  const keepdims = int(attributes.keep ? 1 : 0)
  return step.opset >= axesInputOpset
    ? step.finish('ReduceMean', [step.input(), step.ints('axes', axes)], { keepdims })
    : step.finish('ReduceMean', [step.input()], { axes: ints(axes), keepdims })
}

/** PyTorch's `nearest` is asymmetric with rounding down; its `linear` lines up half pixels or corners. */
export function lowerResize({ attributes, type }: NodeOf<'resize'>, step: Step): string {
  const { size, scale, mode, align_corners } = attributes
  const linear = align_corners ? 'align_corners' : 'half_pixel'
  const settings = {
    mode: string(mode),
    coordinate_transformation_mode: string(mode === 'nearest' ? 'asymmetric' : linear),
    ...(mode === 'nearest' ? { nearest_mode: string('floor') } : {}),
  }
  const x = step.input()
  const stuck = scale === 'none' || mode === 'linear' ? undefined : stuckAxis(scale, type.shape)
  if (scale !== 'none' && stuck !== undefined) return resizeStuck(step, { scale, settings, ...stuck })
  if (scale !== 'none')
    return step.finish(
      'Resize',
      [x, '', step.floats('scales', [1, 1, ...scale], [scale.length + 2])],
      settings,
    )
  const target = extentVector(step, 'size', size === 'none' ? [] : size)
  if (step.opset >= resizeAxesOpset) {
    const axes = ints((size === 'none' ? [] : size).map((_, axis) => axis + 2))
    return step.finish('Resize', [x, '', '', target], { ...settings, axes })
  }
  const shape = step.prepare('input_shape', 'Shape', [x])
  const leading = step.prepare('leading', 'Slice', [shape, step.ints('from', [0]), step.ints('to', [2])])
  const sizes = step.prepare('sizes', 'Concat', [leading, target], { axis: int(0) })
  return step.finish('Resize', [x, '', '', sizes], settings)
}

/** An axis by whose scale nothing grows (1.2 of 4 is 4): where all axes are so, runtimes take `nearest` for a copy. */
interface StuckAxis {
  readonly axis: number
  readonly extent: number
  /** The least number of elements to add at the end so that the axis grows. */
  readonly more: number
}

function stuckAxis(scale: readonly number[], [, ...extents]: Shape): StuckAxis | undefined {
  const keeps = (factor: number, extent: number): boolean => Math.floor(extent * factor) === extent
  const axis = scale.findIndex((factor) => factor !== 1)
  const [factor, extent] = [scale[axis], extents[axis]]
  if (factor === undefined || typeof extent !== 'number') return undefined
  if (!scale.every((one, at) => typeof extents[at] === 'number' && keeps(one, extents[at]))) return undefined
  let more = 1
  while (keeps(factor, extent + more)) more += 1
  return { axis, extent, more }
}

/** Copies of the last element are added, which no source position below the extent changes, and cut off again. */
function resizeStuck(
  step: Step,
  {
    scale,
    settings,
    axis,
    extent,
    more,
  }: StuckAxis & { readonly scale: readonly number[]; readonly settings: OnnxAttributes },
): string {
  const pads = Array<number>(2 * (scale.length + 2)).fill(0)
  pads[scale.length + 4 + axis] = more
  const longer = step.prepare('longer', 'Pad', [step.input(), step.ints('pads', pads)], {
    mode: string('edge'),
  })
  const scales = step.floats('scales', [1, 1, ...scale], [scale.length + 2])
  const resized = step.prepare('resized', 'Resize', [longer, '', scales], settings)
  return step.finish('Slice', [
    resized,
    step.ints('start', [0]),
    step.ints('end', [extent]),
    step.ints('axis', [axis + 2]),
  ])
}
