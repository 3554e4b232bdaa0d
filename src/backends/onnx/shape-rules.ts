// What ONNX's operators make of shapes, from docs/Operators.md of ONNX, for the forms that the lowering and the passes write. Shapes are with
// the batch; vectors that shapes are computed of are followed by their elements.
import { leastExtent } from '../../compiler/ir/bounds.ts'
import { floorDivide, quotientOf } from '../../compiler/ir/division.ts'
import {
  addDims,
  equalDims,
  multiplyDims,
  scaleDim,
  subtractDims,
  type Dim,
} from '../../compiler/ir/tensor.ts'
import { intOf, intsOf, type OnnxNode } from './model.ts'
import type { OnnxOp } from './opsets.ts'

export type Extents = readonly (Dim | undefined)[]

/** What is known of a node's inputs. */
export interface Operands {
  readonly count: number
  shape(at: number): Extents | undefined
  /** The elements of a vector of whole numbers. */
  contents(at: number): Extents | undefined
}

type Find = (node: OnnxNode, operands: Operands) => Extents | undefined

interface ShapeRule {
  readonly shape: Find
  /** The elements of the result, for operators on vectors of extents. */
  readonly contents?: Find
}

// ---------------------------------------------------------------- the same, or broadcast

const sameAsInput: ShapeRule = { shape: (_, { shape }) => shape(0) }

/** Every form that is written gives the value of a whole node, whose shape is known. */
const alwaysWhole: ShapeRule = { shape: () => undefined }

function broadcastShapes(a: Extents, b: Extents): Extents {
  const rank = Math.max(a.length, b.length)
  const at = (shape: Extents, axis: number): Dim | undefined =>
    axis < rank - shape.length ? 1 : shape[axis - rank + shape.length]
  return Array.from({ length: rank }, (_, axis) => broadcastExtents(at(a, axis), at(b, axis)))
}

/** A number other than 1 is the result whatever the other is. */
function broadcastExtents(a: Dim | undefined, b: Dim | undefined): Dim | undefined {
  if (a === 1) return b
  if (b === 1) return a
  if (typeof a === 'number') return a
  if (typeof b === 'number') return b
  return a !== undefined && b !== undefined && equalDims(a, b) ? a : undefined
}

const allBroadcast: Find = (_, { count, shape }) => {
  const shapes = Array.from({ length: count }, (__, at) => shape(at))
  return shapes.reduce((all, one) => (all && one ? broadcastShapes(all, one) : undefined))
}

function elementwise(combine: (a: Dim, b: Dim) => Dim | undefined): ShapeRule {
  const both = (a: Dim | undefined, b: Dim | undefined): Dim | undefined =>
    a === undefined || b === undefined ? undefined : combine(a, b)
  return {
    shape: allBroadcast,
    contents: (_, { contents }) => {
      const [a, b] = [contents(0), contents(1)]
      if (a === undefined || b === undefined) return undefined
      const count = Math.max(a.length, b.length)
      return Array.from({ length: count }, (__, at) =>
        both(a[a.length === 1 ? 0 : at], b[b.length === 1 ? 0 : at]),
      )
    },
  }
}

const remainder = (a: Dim, b: Dim): Dim | undefined =>
  typeof a === 'number' && typeof b === 'number' ? ((a % b) + b) % b : undefined

/** Div rounds towards zero: down, of what is not negative. */
const quotient = (a: Dim, b: Dim): Dim | undefined =>
  typeof b === 'number' && b > 0 && leastExtent(a) >= 0 ? quotientOf(a, b) : undefined

// ---------------------------------------------------------------- windows

type Along = (extent: Dim, axis: number) => Dim | undefined

/** `channels` and the batch, then each spatial axis by a rule. */
function spatial(input: Extents | undefined, channels: Dim | undefined, along: Along): Extents | undefined {
  return input?.map((extent, at) => {
    if (at === 0) return extent
    if (at === 1) return channels
    return extent === undefined ? undefined : along(extent, at - 2)
  })
}

interface WindowAlong {
  readonly span: number
  readonly stride: number
  readonly padding: number
}

function windowOf(node: OnnxNode, axis: number): WindowAlong {
  const kernel = intsOf(node, 'kernel_shape')
  const pads = intsOf(node, 'pads')
  return {
    span: (intsOf(node, 'dilations')[axis] ?? 1) * ((kernel[axis] ?? 1) - 1) + 1,
    stride: intsOf(node, 'strides')[axis] ?? 1,
    padding: (pads[axis] ?? 0) + (pads[axis + kernel.length] ?? 0),
  }
}

const windowCount =
  (node: OnnxNode): Along =>
  (extent, axis) => {
    const { span, stride, padding } = windowOf(node, axis)
    const strides = floorDivide(addDims(extent, padding - span), stride)
    return strides === undefined ? undefined : addDims(strides, 1)
  }

const spread =
  (node: OnnxNode): Along =>
  (extent, axis) => {
    const { span, stride, padding } = windowOf(node, axis)
    const more = intsOf(node, 'output_padding')[axis] ?? 0
    return addDims(scaleDim(addDims(extent, -1), stride), span - padding + more)
  }

const conv: Find = (node, { shape }) => spatial(shape(0), shape(1)?.[0], windowCount(node))

const convTranspose: Find = (node, { shape }) => {
  const outputs = shape(1)?.[1]
  const channels = outputs === undefined ? undefined : scaleDim(outputs, intOf(node, 'group', 1))
  return spatial(shape(0), channels, spread(node))
}

const pool: Find = (node, { shape }) => spatial(shape(0), shape(0)?.[1], windowCount(node))

// ---------------------------------------------------------------- moves

const axisIn = (axis: number, rank: number): number => (axis < 0 ? axis + rank : axis)

function sumOf(dims: Extents): Dim | undefined {
  return dims.reduce(
    (sum, dim) => (sum === undefined || dim === undefined ? undefined : addDims(sum, dim)),
    0,
  )
}

function productOf(dims: Extents): Dim | undefined {
  return dims.reduce<Dim | undefined>(
    (product, dim) => (product === undefined || dim === undefined ? undefined : multiplyDims(product, dim)),
    1,
  )
}

const concat: Find = (node, { count, shape }) => {
  const parts = Array.from({ length: count }, (_, at) => shape(at))
  const [first] = parts
  const axis = axisIn(intOf(node, 'axis', 0), first?.length ?? 0)
  return first?.with(axis, sumOf(parts.map((part) => part?.[axis])))
}

const joinedContents: Find = (_, { count, contents }) => {
  const parts = Array.from({ length: count }, (__, at) => contents(at))
  return parts.every((part) => part !== undefined) ? parts.flat() : undefined
}

const gather: Find = (node, { shape }) => {
  const [data, indices] = [shape(0), shape(1)]
  if (data === undefined || indices === undefined) return undefined
  const axis = axisIn(intOf(node, 'axis', 0), data.length)
  return [...data.slice(0, axis), ...indices, ...data.slice(axis + 1)]
}

const gatheredContents: Find = (_, { contents }) => {
  const data = contents(0)
  return data === undefined ? undefined : contents(1)?.map((at) => data[Number(at)])
}

/** Slices whose steps are positive. */
const slice: Find = (_, { shape, contents }) => {
  const [data, starts, ends] = [shape(0), contents(1), contents(2)]
  const axes = contents(3) ?? starts?.map((__, at) => at)
  return data?.map((extent, axis) => {
    const at = axes?.findIndex((one) => axisIn(Number(one), data.length) === axis) ?? -1
    if (axes !== undefined && at < 0) return extent
    return sliceExtent(extent, starts?.[at], ends?.[at], contents(4)?.[at] ?? 1)
  })
}

function sliceExtent(
  extent: Dim | undefined,
  start: Dim | undefined,
  end: Dim | undefined,
  step: Dim,
): Dim | undefined {
  if (extent === undefined || start === undefined || end === undefined || typeof step !== 'number')
    return undefined
  const [from, to] = [boundIn(start, extent), boundIn(end, extent)]
  if (from === undefined || to === undefined) return undefined
  return floorDivide(addDims(subtractDims(to, from), step - 1), step)
}

/** From the end where it is negative, and within the extent where both are numbers. */
function boundIn(bound: Dim, extent: Dim): Dim | undefined {
  if (typeof bound !== 'number') return bound
  if (bound < 0) return addDims(extent, bound)
  if (bound === 0) return 0
  if (typeof extent === 'number') return Math.min(bound, extent)
  return bound >= Number.MAX_SAFE_INTEGER ? extent : bound
}

const slicedContents: Find = (_, { contents }) => {
  const [start, end] = [contents(1)?.[0], contents(2)?.[0]]
  if (typeof start !== 'number' || typeof end !== 'number') return undefined
  return contents(0)?.slice(start, end)
}

/** Pads in the order of ONNX: all lower ones, then all upper ones. */
const pad: Find = (_, { shape, contents }) => {
  const [data, pads] = [shape(0), contents(1)]
  return data?.map((extent, axis) => sumOf([extent, pads?.[axis], pads?.[axis + data.length]]))
}

/** 0 copies an extent, -1 is what is left. Extents that stay in their place need no exact product. */
const reshape: Find = (_, { shape, contents }) => {
  const [data, target] = [shape(0), contents(1)]
  if (target === undefined) return undefined
  const wanted: Extents = target.map((one, axis) => (one === 0 ? data?.[axis] : one))
  return wanted.map((one) => (one === -1 ? restOf(data, wanted) : one))
}

function restOf(data: Extents | undefined, wanted: Extents): Dim | undefined {
  if (data === undefined) return undefined
  const isKept = (axis: number): boolean => {
    const [before, after] = [data[axis], wanted[axis]]
    return before !== undefined && after !== undefined && equalDims(before, after)
  }
  const elements = productOf(data.filter((__, axis) => !isKept(axis)))
  const others = productOf(wanted.filter((one, axis) => one !== -1 && !isKept(axis)))
  if (elements === undefined || typeof others !== 'number' || others === 0) return undefined
  return floorDivide(elements, others)
}

const reduce: Find = (node, { shape, contents }) => {
  const data = shape(0)
  const axes = contents(1) ?? intsOf(node, 'axes')
  const isReduced = (axis: number): boolean =>
    axes.some((one) => axisIn(Number(one), data?.length ?? 0) === axis)
  return intOf(node, 'keepdims', 1) === 1
    ? data?.map((extent, axis) => (isReduced(axis) ? 1 : extent))
    : data?.filter((_, axis) => !isReduced(axis))
}

const vectorOf = (elements: Extents | undefined): Extents | undefined =>
  elements === undefined ? undefined : [elements.length]

const expand: Find = (_, { shape, contents }) => {
  const [data, target] = [shape(0), contents(1)]
  return data === undefined || target === undefined ? undefined : broadcastShapes(data, target)
}

const transpose: Find = (node, { shape }) => {
  const data = shape(0)
  return data === undefined ? undefined : intsOf(node, 'perm').map((axis) => data[axis])
}

const unsqueeze: Find = (_, { shape, contents }) => {
  const [data, axes] = [shape(0), contents(1)]
  if (data === undefined || axes === undefined) return undefined
  const rank = data.length + axes.length
  const added = new Set(axes.map((axis) => axisIn(Number(axis), rank)))
  const kept = [...data]
  return Array.from({ length: rank }, (__, axis) => (added.has(axis) ? 1 : kept.shift()))
}

// ---------------------------------------------------------------- products

const matmul: Find = (_, { shape }) => {
  const [a, b] = [shape(0), shape(1)]
  if (a === undefined || b === undefined) return undefined
  return [...broadcastShapes(a.slice(0, -2), b.slice(0, -2)), a.at(-2), b.at(-1)]
}

/** As many samples as the grid has positions. */
const gridSample: Find = (_, { shape }) => {
  const [data, grid] = [shape(0), shape(1)]
  return data === undefined || grid === undefined ? undefined : [...data.slice(0, 2), ...grid.slice(1, -1)]
}

const attention: Find = (_, { shape }) => {
  const [queries, values] = [shape(0), shape(2)]
  return queries?.with(-1, values?.at(-1))
}

/** An operator that is missing here does not compile. */
export const shapeRules: Readonly<Record<OnnxOp, ShapeRule>> = {
  Abs: sameAsInput,
  Add: elementwise(addDims),
  Attention: { shape: attention },
  AveragePool: { shape: pool },
  BatchNormalization: sameAsInput,
  Cast: sameAsInput,
  Clip: sameAsInput,
  Concat: { shape: concat, contents: joinedContents },
  Conv: { shape: conv },
  ConvTranspose: { shape: convTranspose },
  DequantizeLinear: sameAsInput,
  Div: elementwise(quotient),
  Elu: sameAsInput,
  Erf: sameAsInput,
  Exp: sameAsInput,
  Expand: { shape: expand },
  Gather: { shape: gather, contents: gatheredContents },
  Gelu: sameAsInput,
  GridSample: { shape: gridSample },
  HardSigmoid: sameAsInput,
  HardSwish: sameAsInput,
  Identity: sameAsInput,
  InstanceNormalization: sameAsInput,
  LayerNormalization: sameAsInput,
  LeakyRelu: sameAsInput,
  Log: sameAsInput,
  MatMul: { shape: matmul },
  Max: { shape: allBroadcast },
  MaxPool: { shape: pool },
  Min: { shape: allBroadcast },
  Mod: elementwise(remainder),
  Mul: elementwise(multiplyDims),
  PRelu: sameAsInput,
  Pad: { shape: pad },
  QuantizeLinear: sameAsInput,
  Reciprocal: sameAsInput,
  ReduceMax: { shape: reduce },
  ReduceMean: { shape: reduce },
  ReduceMin: { shape: reduce },
  ReduceSum: { shape: reduce },
  ReduceSumSquare: { shape: reduce },
  Relu: sameAsInput,
  Reshape: { shape: reshape },
  Resize: alwaysWhole,
  ScatterElements: sameAsInput,
  Shape: { shape: (_, { shape }) => vectorOf(shape(0)), contents: (_, { shape }) => shape(0) },
  Sigmoid: sameAsInput,
  Slice: { shape: slice, contents: slicedContents },
  Softmax: sameAsInput,
  Softplus: sameAsInput,
  Sqrt: sameAsInput,
  Sub: elementwise(subtractDims),
  Sum: { shape: allBroadcast },
  Tanh: sameAsInput,
  Transpose: { shape: transpose },
  Unsqueeze: { shape: unsqueeze },
}
