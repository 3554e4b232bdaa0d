// Pooling and interpolation.
import type { NodeOf } from '../../backend.ts'
import {
  addDims,
  equalDims,
  scaleDim,
  subtractDims,
  type Dim,
  type Shape,
} from '../../../compiler/ir/tensor.ts'
import { entry } from '../../../compiler/ops/extents.ts'
import type { Step } from '../builder.ts'
import { float, int, ints, string, type OnnxAttributes } from '../model.ts'
import { problem } from '../../../compiler/diagnostics/diagnostic.ts'
import { interpolationMatrix } from '../../interpolation.ts'
import { resizeAxesOpset } from '../opsets.ts'
import { extentVector } from './extents.ts'

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
export function highPads(windows: Windows, input: Shape, output: Shape): number[] {
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
  // ONNX Runtime makes the zeros of a Pad before the node padding of its own, which never wins.
  const isPadded = [...padding, ...high].some((one) => one > 0) && step.isMadeBy('Pad')
  if (!isWide && !isPadded)
    return step.finish('MaxPool', [step.input()], { ...windows, ...padsOf(padding, high) })
  const padded = padSpatial(step, { low: padding, high, value: -Infinity })
  return step.finish('MaxPool', [padded], { ...windows, ...unpadded })
}

/** Not the same as pads of zero to ONNX Runtime: it leaves a Pad before the node alone, which it would else make padding of any width. */
const unpadded: OnnxAttributes = { auto_pad: string('VALID') }

export function padsOf(low: readonly number[], high: readonly number[]): OnnxAttributes {
  const pads = [...low, ...high]
  return pads.every((one) => one === 0) ? unpadded : { pads: ints(pads) }
}

/** Zeros that count in the mean are put there by a Pad; the overhang of `ceil_mode` never counts. */
export function lowerAvgPool(node: NodeOf<'avg_pool'>, step: Step): string {
  const { kernel, stride, padding, count_include_pad } = node.attributes
  const { shape } = step.inputType()
  const overhang = highPads(node.attributes, shape, node.type.shape)
  const isPadded = padding.some((one) => one > 0)
  const settings = { kernel_shape: ints(kernel), strides: ints(stride), count_include_pad: int(0) }
  if (!isPadded || !count_include_pad)
    return step.finish('AveragePool', [step.input()], { ...settings, ...padsOf(padding, overhang) })
  const padded = padSpatial(step, { low: padding, high: padding, value: 0 })
  const rest = overhang.map((reach, axis) => Math.max(0, reach - entry(padding, axis)))
  const none = padding.map(() => 0)
  return step.finish('AveragePool', [padded], { ...settings, ...padsOf(none, rest) })
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

/** PyTorch's `nearest` is asymmetric with rounding down; its `linear` and `cubic` line up half pixels or corners. */
export function lowerResize({ attributes, type }: NodeOf<'resize'>, step: Step): string {
  const { size, scale, mode, align_corners } = attributes
  const centred = align_corners ? 'align_corners' : 'half_pixel'
  const settings = {
    mode: string(mode),
    coordinate_transformation_mode: string(mode === 'nearest' ? 'asymmetric' : centred),
    ...(mode === 'nearest' ? { nearest_mode: string('floor') } : {}),
    ...(mode === 'cubic' ? { cubic_coeff_a: float(-0.75), exclude_outside: int(0) } : {}),
  }
  const x = step.input()
  const before = step.inputType().shape
  const ways = waysOf(before, type.shape, scale)
  const longest = Math.max(0, ...(ways ?? []).map((one) => one.count))
  if (mode === 'nearest' && longest > longestTable)
    return step.refuse(problem('resize-too-long', { longest }))
  if (mode === 'nearest' && ways !== undefined && isMisjudged(ways)) return gatherNearest(step, ways)
  if (mode === 'cubic' && scale !== 'none' && ways?.every(({ extent, count }) => extent === count) === true)
    return cubicInPlace(step, ways, align_corners)
  if (scale !== 'none') {
    // PyTorch copies an axis that keeps its extent, also where the scale is not 1.
    const isKept = (at: number): boolean => mode === 'linear' && before[at + 1] === type.shape[at + 1]
    const scales = scale.map((one, at) => (isKept(at) ? 1 : one))
    const whole = wholeScales(before, type.shape, scales)
    if (whole !== undefined) return step.finish('Resize', [x, '', '', scaledShape(step, whole)], settings)
    const factors = step.floats('scales', [1, 1, ...scales], [scales.length + 2])
    return step.finish('Resize', [x, '', factors], settings)
  }
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

/** By which whole numbers the extents are multiplied or divided, where that gives exactly the extents of the result. */
interface WholeScales {
  readonly op: 'Mul' | 'Div'
  readonly factors: readonly number[]
}

function wholeScales(before: Shape, after: Shape, scales: readonly number[]): WholeScales | undefined {
  const meet = (large: Shape, small: Shape, factors: readonly number[]): boolean =>
    factors.every(
      (factor, at) =>
        Number.isInteger(factor) && equalDims(scaleDim(small[at + 1] ?? 0, factor), large[at + 1] ?? 0),
    )
  if (meet(after, before, scales)) return { op: 'Mul', factors: scales }
  const inverse = scales.map((one) => 1 / one)
  return meet(before, after, inverse) ? { op: 'Div', factors: inverse } : undefined
}

/**
 * The extents of the result, from those of the input: with scales, which count for the batch too, ONNX Runtime's symbolic shape inference
 * takes the batch of the result for another than that of the input.
 */
function scaledShape(step: Step, { op, factors }: WholeScales): string {
  const shape = step.prepare('input_shape', 'Shape', [step.input()])
  return step.prepare('sizes', op, [shape, step.ints('factors', [1, 1, ...factors])])
}

/** ONNX Runtime copies an image that keeps its extents, where PyTorch lets the scale count: there, a matrix for each axis. */
function cubicInPlace(step: Step, [height, width]: readonly Way[], alignsCorners: boolean): string {
  const matrix = (name: string, way: Way | undefined): string => {
    const { extent = 1, count = 1, factor = 1 } = way ?? {}
    const rule = { extent, count, over: 1, under: factor, mode: 'cubic', alignsCorners } as const
    return step.floats(name, [...interpolationMatrix(rule)], [count, extent])
  }
  const rows = step.prepare('rows', 'MatMul', [matrix('heights', height), step.input()])
  const columns = step.prepare('widths_transposed', 'Transpose', [matrix('widths', width)], {
    perm: ints([1, 0]),
  })
  return step.finish('MatMul', [rows, columns])
}

/** Positions along one axis that a table of sources is made for. */
const longestTable = 2 ** 22

/** How a spatial axis is resized. */
interface Way {
  readonly extent: number
  readonly count: number
  readonly factor: number | undefined
}

/** The ways of all spatial axes; undefined where an extent is free. */
function waysOf(input: Shape, output: Shape, scale: readonly number[] | 'none'): Way[] | undefined {
  const ways = input.slice(1).flatMap((extent, at): Way[] => {
    const count = output[at + 1]
    if (typeof extent !== 'number' || typeof count !== 'number') return []
    return [{ extent, count, factor: scale === 'none' ? undefined : scale[at] }]
  })
  return ways.length === input.length - 1 ? ways : undefined
}

/** Which element each one of the result is. */
function nearest({ extent, count, factor }: Way): number[] {
  const source = (k: number): number => (factor === undefined ? (k * extent) / count : k / factor)
  return Array.from({ length: count }, (_, k) => Math.min(Math.floor(source(k)), extent - 1))
}

/** The same in ONNX Runtime: by a quotient in single precision, which falls below whole numbers, or not at all where every extent stays. */
function nearestInRuntime({ extent, count, factor }: Way, isCopy: boolean): number[] {
  const scale = Math.fround(factor ?? count / extent)
  const source = (k: number): number => (isCopy ? k : Math.fround(k / scale))
  return Array.from({ length: count }, (_, k) => Math.min(Math.floor(source(k)), extent - 1))
}

function isMisjudged(ways: readonly Way[]): boolean {
  const isCopy = ways.every(({ extent, count }) => extent === count)
  return ways.some((way) => nearest(way).join() !== nearestInRuntime(way, isCopy).join())
}

/** Takes the elements of each axis that changes, one axis after the other. */
function gatherNearest(step: Step, ways: readonly Way[]): string {
  const moves = ways
    .map((way, at) => ({ axis: at + 2, extent: way.extent, sources: nearest(way) }))
    .filter(({ extent, sources }) => sources.length !== extent || sources.some((one, k) => one !== k))
  const last = moves.length - 1
  return moves.reduce((value, { axis, sources }, at) => {
    const inputs = [value, step.ints(`sources${axis}`, sources)]
    const attributes = { axis: int(axis) }
    return at === last
      ? step.finish('Gather', inputs, attributes)
      : step.prepare(`gathered${axis}`, 'Gather', inputs, attributes)
  }, step.input())
}
