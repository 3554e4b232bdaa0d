// `(x - mean) / √(var + eps)` over runs of elements, then a scale and a shift.
import { at, countOf, forEachLine, mappedAlong, viewOf, zeros, type Tensor } from './tensor.ts'

/** Bound here, as in multiply.ts: inner loops read by it. */
const read = at

/** The learned scale and shift; absent without `affine`. */
export interface Affine {
  readonly weight: Float64Array
  readonly bias: Float64Array
}

/** Elements `start`, `start + step`, … */
interface Line {
  readonly start: number
  readonly step: number
  readonly count: number
}

/** Over the spatial axes and the channels of each group of each sample; one channel per group is instance normalisation. */
export function groupNorm(x: Tensor, groups: number, eps: number, affine: Affine | undefined): Tensor {
  const [batch = 0, channels = 0, ...spatial] = x.shape
  const positions = countOf(spatial)
  const count = (channels / groups) * positions
  const result = zeros(x.shape)
  for (let group = 0; group < batch * groups; group++)
    normalise(x.data, { start: group * count, step: 1, count }, eps, result.data)
  return scaledPerChannel(result, affine)
}

export function layerNorm(x: Tensor, axis: number, eps: number, affine: Affine | undefined): Tensor {
  const view = viewOf(x.shape, axis)
  const result = zeros(x.shape)
  forEachLine(view, (start) => {
    const line = { start, step: view.inner, count: view.extent }
    normalise(x.data, line, eps, result.data)
    if (affine !== undefined) scaleLine(result.data, line, affine)
  })
  return result
}

export interface Statistics {
  readonly mean: Float64Array
  readonly variance: Float64Array
  readonly eps: number
}

/** As in inference: with the running statistics. */
export function batchNorm(
  x: Tensor,
  { mean, variance, eps }: Statistics,
  affine: Affine | undefined,
): Tensor {
  const result = mappedAlong(
    x,
    1,
    (value, channel) => (value - at(mean, channel)) / Math.sqrt(at(variance, channel) + eps),
  )
  return scaledPerChannel(result, affine)
}

/** With the biased variance. */
function normalise(x: Float64Array, { start, step, count }: Line, eps: number, result: Float64Array): void {
  const end = start + step * count
  let sum = 0
  for (let k = start; k < end; k += step) sum += read(x, k)
  const mean = sum / count
  let squares = 0
  for (let k = start; k < end; k += step) squares += (read(x, k) - mean) ** 2
  const deviation = Math.sqrt(squares / count + eps)
  for (let k = start; k < end; k += step) result[k] = (read(x, k) - mean) / deviation
}

function scaleLine(data: Float64Array, { start, step, count }: Line, { weight, bias }: Affine): void {
  for (let k = 0; k < count; k++)
    data[start + k * step] = read(weight, k) * read(data, start + k * step) + read(bias, k)
}

function scaledPerChannel(x: Tensor, affine: Affine | undefined): Tensor {
  if (affine === undefined) return x
  return mappedAlong(
    x,
    1,
    (value, channel) => read(affine.weight, channel) * value + read(affine.bias, channel),
  )
}
