// Arithmetic of extents with problems instead of guesses: the window formula shared by convolutions and pools, and checks of operands.
import { isProblem, problem, type Problem } from '../diagnostics/diagnostic.ts'
import { leastExtent } from '../ir/bounds.ts'
import { floorDivide, neededMultiple } from '../ir/division.ts'
import { addDims, formatDim, formatShape, symbolsOfDim, type Dim, type TensorType } from '../ir/tensor.ts'
import { axisName } from './words.ts'

/** Which axis of which operator's input an extent is. */
export interface Place {
  readonly operator: string
  readonly axis: number
  readonly rank: number
}

/** The reasons that a message gives for an extent: `['kernel', '3']`. */
export type Because = readonly (readonly [name: string, value: string])[]

/** `floor(dividend / divisor)`, or why that is not known of the `extent` that it was computed from. */
export function dividedExtent(
  dividend: Dim,
  divisor: number,
  extent: Dim,
  { operator, axis, rank }: Place,
): Dim | Problem {
  const quotient = floorDivide(dividend, divisor)
  if (quotient !== undefined) return quotient
  const needed = neededMultiple(dividend, divisor)
  const declared = symbolsOfDim(dividend).find(({ name }) => name === needed?.name)?.multiple ?? 1
  return problem('extent-not-divisible', {
    operator,
    axis: axisName(axis, rank),
    extent: formatDim(extent),
    divisor,
    symbol: needed === undefined ? undefined : { name: needed.name, declared, needed: needed.multiple },
  })
}

/** The result if it is at least 1 for every size that its symbols allow, else the problem with its reasons. */
export function atLeastOne(result: Dim, from: Dim, place: Place, because: () => Because): Dim | Problem {
  if (typeof result === 'number' ? result >= 1 : leastExtent(result) >= 1) return result
  return problem('empty-extent', {
    operator: place.operator,
    axis: axisName(place.axis, place.rank),
    extent: formatDim(from),
    result: formatDim(result),
    because: because(),
  })
}

export interface Window {
  readonly kernel: number
  readonly stride: number
  readonly low: number
  readonly high: number
  readonly dilation: number
}

/** `floor((extent + low + high - dilation·(kernel - 1) - 1) / stride) + 1`: PyTorch's rule for convolutions and pools. */
export function windowExtent(extent: Dim, window: Window, place: Place): Dim | Problem {
  const { kernel, stride, low, high, dilation } = window
  const room = addDims(extent, low + high - dilation * (kernel - 1) - 1)
  const steps = stride === 1 ? room : dividedExtent(room, stride, extent, place)
  if (isProblem(steps)) return steps
  return atLeastOne(addDims(steps, 1), extent, place, () => windowReasons(window))
}

export function windowReasons({ kernel, stride, low, high, dilation }: Window): Because {
  const padding = low === high ? String(low) : `[${low}, ${high}]`
  const all: (readonly [string, string])[] = [['kernel', String(kernel)]]
  if (dilation !== 1) all.push(['dilation', String(dilation)])
  if (stride !== 1) all.push(['stride', String(stride)])
  return [...all, ['padding', padding]]
}

/** The inputs were counted before: a missing one is our mistake. */
export function operand(inputs: readonly TensorType[], at: number): TensorType {
  const found = inputs[at]
  if (found === undefined) throw new Error(`input ${at} is missing`)
  return found
}

/** The problem of an input that is no image: batched, with channels and one to three spatial axes. */
export function imageProblem(operator: string, type: TensorType): Problem | undefined {
  const refused = imageRankProblem(operator, type)
  if (refused !== undefined || type.batched) return refused
  return problem('operand-unbatched', { operator, operand: 0, shape: formatShape(type.shape) })
}

/** The same for an operator that takes tables as well, which have no batch. */
export function imageRankProblem(operator: string, { shape }: TensorType): Problem | undefined {
  if (shape.length >= 2 && shape.length <= 4) return undefined
  const needs = 'channels and one to three spatial axes'
  return problem('operand-rank', { operator, operand: 0, shape: formatShape(shape), needs })
}

/** The extent of an axis where weights need it as a number. */
export function fixedExtent(
  operator: string,
  { shape }: TensorType,
  axis: number,
  name: string,
): number | Problem {
  const extent = shape.at(axis)
  if (typeof extent === 'number') return extent
  if (extent === undefined) {
    return problem('operand-rank', {
      operator,
      operand: 0,
      shape: formatShape(shape),
      needs: `a ${name} axis`,
    })
  }
  return problem('extent-not-fixed', {
    operator,
    axis: name,
    extent: formatDim(extent),
    shape: formatShape(shape),
  })
}

/** The number of channels of an image. */
export function imageChannels(operator: string, type: TensorType): number | Problem {
  return imageProblem(operator, type) ?? fixedExtent(operator, type, 0, 'channel')
}

/** The input's channels if `groups` divides them. */
export function groupedChannels(
  operator: string,
  groups: number,
  channels: number,
  side: string,
): Problem | undefined {
  if (channels % groups === 0) return undefined
  return problem('groups-do-not-divide', { operator, attribute: 'groups', groups, channels, side })
}

/** Every spatial extent through a rule; the first problem wins. */
export function spatialExtents(
  operator: string,
  { shape }: TensorType,
  rule: (extent: Dim, spatialAxis: number, place: Place) => Dim | Problem,
): Dim[] | Problem {
  const rank = shape.length
  const all = Array<Dim>(Math.max(rank - 1, 0))
  for (let axis = 1; axis < rank; axis++) {
    const result = rule(shape[axis] ?? 0, axis - 1, { operator, axis, rank })
    if (isProblem(result)) return result
    all[axis - 1] = result
  }
  return all
}

/** A value of an attribute that has one per spatial axis. */
export function entry(values: readonly number[], axis: number): number {
  const found = values[axis]
  if (found === undefined) throw new Error(`no entry for axis ${axis}`)
  return found
}

export function product(values: readonly number[]): number {
  return values.reduce((all, value) => all * value, 1)
}

/** The same type with another shape. */
export function reshaped({ dtype, batched }: TensorType, shape: readonly Dim[]): TensorType {
  return { dtype, batched, shape }
}

/** Number of spatial positions. Only for concrete shapes: costs are asked for after sizes are known. */
export function positions(shape: readonly Dim[]): number {
  return concreteCount(shape.slice(1))
}

export function concreteCount(shape: readonly Dim[]): number {
  return shape.reduce<number>((all, extent) => {
    if (typeof extent !== 'number') throw new Error(`the extent ${formatDim(extent)} has no cost`)
    return all * extent
  }, 1)
}
