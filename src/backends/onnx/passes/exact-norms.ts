// Norms over many values from sums of rows. Runtimes add all values of a channel into one number of single precision, which loses the small
// ones against the sum: 8e-4 of a standard deviation at 64^3 in ONNX Runtime where half of them are zeros, and in a browser 256^3 come out
// wrong. The sum of one row loses little, and so does the mean of such means: of a channel's rows with mean m and mean square s, the mean is
// that of all m, and the variance that of all (s - m^2) + (m - mean)^2. A batch norm then scales each channel of each image in one go.
import { float, int, ints, type OnnxGraph, type OnnxNode } from '../model.ts'
import { axesInputOpset, type OnnxOp } from '../opsets.ts'
import type { Extents } from '../shape-rules.ts'
import { valueTypes } from '../value-types.ts'
import { rewrite, type Replacement } from './rewrite.ts'

/**
 * Up to so many values one sum is 2e-5 of a standard deviation off at most. Equal values are the worst, of which images and what a ReLU leaves
 * are full, since their roundings do not cancel: half of them zeros, 5e-5 at 32^3 and 8e-4 at 64^3.
 */
const manyValues = 2 ** 14

export function exactNorms(graph: OnnxGraph): OnnxGraph {
  const types = valueTypes(graph, 'N')
  return rewrite(graph, (node, draft) => {
    const shape = types.get(node.inputs[0] ?? '')?.shape
    if (node.op !== 'InstanceNormalization' || shape === undefined || !isLong(shape)) return false
    return emitNorm(node, { draft, shape, opset: graph.opset })
  })
}

/** Of several axes, the last of which has the rows, and of too many values for one sum; free extents may be any. */
function isLong([, , ...spatial]: Extents): boolean {
  const count = spatial.reduce<number>((all, one) => all * (typeof one === 'number' ? one : Infinity), 1)
  return spatial.length > 1 && count > manyValues
}

interface Writing {
  readonly draft: Replacement
  /** `[N, C, …, row]`. */
  readonly shape: Extents
  readonly opset: number
}

function emitNorm({ inputs, attributes }: OnnxNode, writing: Writing): true {
  const { draft, shape } = writing
  const [x = '', scale = '', shift = ''] = inputs
  const { mean, variance } = statistics(x, writing)
  const inPlace = Array<number>(shape.length - 2).fill(0)
  // A batch norm's channels are the channels of all images.
  const flat = (label: string, value: string): string =>
    draft.prepare(label, 'Reshape', [value, draft.ints(`${label}/shape`, [-1])])
  const perImage = draft.prepare('per_image', 'Shape', [variance])
  const ofImages = (label: string, value: string): string =>
    flat(label, draft.prepare(`${label}/repeated`, 'Expand', [value, perImage]))
  const images = draft.prepare('images', 'Reshape', [x, draft.ints('images/shape', [1, -1, ...inPlace])])
  const normal = draft.prepare(
    'normal',
    'BatchNormalization',
    [
      images,
      ofImages('scales', scale),
      ofImages('shifts', shift),
      flat('means', mean),
      flat('variances', variance),
    ],
    { epsilon: attributes['epsilon'] ?? float(1e-5) },
  )
  const channels = typeof shape[1] === 'number' ? shape[1] : 0
  return draft.finish('Reshape', [normal, draft.ints('shape', [-1, channels, ...inPlace])])
}

interface Statistics {
  readonly mean: string
  /** `[N, C]`. */
  readonly variance: string
}

function statistics(x: string, writing: Writing): Statistics {
  const { draft, shape } = writing
  const last = shape.length - 1
  const others = Array.from({ length: last - 2 }, (_, at) => last - 1 - at)
  const rowMeans = reduce('row_means', 'ReduceMean', { value: x, axis: last, keep: 0 }, writing)
  const mean = others.reduce(
    (value, axis) => reduce(`mean${axis}`, 'ReduceMean', { value, axis, keep: 1 }, writing),
    rowMeans,
  )
  const sums = reduce('row_squares', 'ReduceSumSquare', { value: x, axis: last, keep: 0 }, writing)
  const squares = draft.prepare('row_mean_squares', 'Div', [sums, rowLength(x, writing)])
  const within = draft.prepare('within', 'Sub', [squares, squared(draft, 'row_means_squared', rowMeans)])
  const distances = draft.prepare('distances', 'Sub', [rowMeans, mean])
  const between = squared(draft, 'between', distances)
  const spread = draft.prepare('spread', 'Add', [within, between])
  const variance = others.reduce(
    (value, axis) => reduce(`variance${axis}`, 'ReduceMean', { value, axis, keep: 0 }, writing),
    spread,
  )
  // Of equal values rounding may leave less than nothing.
  return { mean, variance: draft.prepare('variance', 'Max', [variance, draft.floats('zero', [0])]) }
}

const squared = (draft: Replacement, label: string, value: string): string =>
  draft.prepare(label, 'Mul', [value, value])

function rowLength(x: string, { draft, shape }: Writing): string {
  const length = shape.at(-1)
  if (typeof length === 'number') return draft.floats('row', [length])
  const extents = draft.prepare('extents', 'Shape', [x])
  const last = draft.prepare('row/extent', 'Gather', [extents, draft.ints('row/axis', [shape.length - 1])], {
    axis: int(0),
  })
  return draft.prepare('row', 'Cast', [last], { to: int(floatType) })
}

/** TensorProto.FLOAT. */
const floatType = 1

interface Reducing {
  readonly value: string
  readonly axis: number
  readonly keep: 0 | 1
}

function reduce(
  label: string,
  op: OnnxOp,
  { value, axis, keep }: Reducing,
  { draft, opset }: Writing,
): string {
  const keepdims = int(keep)
  return opset >= axesInputOpset
    ? draft.prepare(label, op, [value, draft.ints(`${label}/axes`, [axis])], { keepdims })
    : draft.prepare(label, op, [value], { axes: ints([axis]), keepdims })
}
