// Operators of elements that meet one by one: the reference's own kernels on the elements that are asked for.
import { lowerWith, type NodeOf } from '../../backend.ts'
import type { GraphNode } from '../../../compiler/ir/graph.ts'
import { repeatingSteps } from '../broadcasting.ts'
import { batchNorm, type Affine, type Statistics } from '../normalisation.ts'
import { leakyRelu } from '../activations.ts'
import { table } from '../table.ts'
import { at, countOf } from '../tensor.ts'
import { projected } from './coordinates.ts'
import type { SampledOperands, Samples, Source } from './source.ts'

/** Bound here, as in multiply.ts: inner loops read by it. */
const read = at

/** How large the parts of a result are, of its value and of the operands' magnitudes. */
export type MagnitudeRule = (value: number, parts: readonly number[]) => number

export const added: MagnitudeRule = (_, parts) => parts.reduce((sum, part) => sum + part, 0)
export const multiplied: MagnitudeRule = (_, parts) => parts.reduce((product, part) => product * part, 1)
/** Of functions that lose no more than their own rounding and what their argument had lost. */
export const greatest: MagnitudeRule = (value, parts) => Math.max(Math.abs(value), ...parts)

/** Of functions that runtimes compute as a difference from a number. */
export const beside =
  (number: number): MagnitudeRule =>
  (value, parts) =>
    Math.max(number, greatest(value, parts))

/** Operands broadcast. */
export function elementwise(
  node: GraphNode | NodeOf<'relu'>,
  operands: SampledOperands,
  magnitudeOf: MagnitudeRule = greatest,
): Source {
  const { inputs, shape } = operands
  return {
    shape,
    summands: inputs.length + greatestSummands(inputs),
    at: (positions) => {
      const met = inputs.map((input) =>
        input.at(projected(positions, shape, repeatingSteps(input.shape, shape))),
      )
      const tensors = met.map(({ values }) => ({ shape: [positions.length], data: values }))
      const { data } = lowerWith(table, node, {
        ...operands,
        inputs: tensors,
        shape: [positions.length],
        lead: 0,
      })
      const magnitudes = data.map((value, k) =>
        magnitudeOf(
          value,
          met.map((one) => read(one.magnitudes, k)),
        ),
      )
      return { values: data, magnitudes }
    },
  }
}

export const greatestSummands = (inputs: readonly Source[]): number =>
  inputs.reduce((most, { summands }) => Math.max(most, summands), 0)

/** By channel: each element counts as a channel of its own. */
export function batchNormed(
  x: Source,
  { mean, variance, eps }: Statistics,
  affine: Affine | undefined,
): Source {
  const channelOf = channelsOf(x.shape, 1)
  return {
    shape: x.shape,
    summands: 2 + x.summands,
    at: (positions) => {
      const { values, magnitudes } = x.at(positions)
      const channels = positions.map(channelOf)
      const of = (data: Float64Array): Float64Array => Float64Array.from(channels, (k) => read(data, k))
      const own = affine === undefined ? undefined : { weight: of(affine.weight), bias: of(affine.bias) }
      const statistics = { mean: of(mean), variance: of(variance), eps }
      const result = batchNorm({ shape: [1, positions.length], data: values }, statistics, own)
      const sizes = magnitudes.map((size, k) => {
        const scaled =
          (size + Math.abs(read(statistics.mean, k))) / Math.sqrt(read(statistics.variance, k) + eps)
        return own === undefined
          ? scaled
          : Math.abs(read(own.weight, k)) * scaled + Math.abs(read(own.bias, k))
      })
      return { values: result.data, magnitudes: sizes }
    },
  }
}

/** One slope per position of the axis, or one for all. */
export function preluSampled(x: Source, axis: number, slopes: Float64Array): Source {
  const placeOf = slopes.length === 1 ? () => 0 : channelsOf(x.shape, axis)
  return {
    shape: x.shape,
    summands: 1 + x.summands,
    at: (positions): Samples => {
      const { values, magnitudes } = x.at(positions)
      const slopeAt = (k: number): number => read(slopes, placeOf(positions[k] ?? NaN))
      return {
        values: values.map((value, k) => leakyRelu(value, slopeAt(k))),
        magnitudes: magnitudes.map((size, k) => size * Math.max(1, Math.abs(slopeAt(k)))),
      }
    },
  }
}

/** The index along an axis of a position. */
function channelsOf(shape: readonly number[], axis: number): (position: number) => number {
  const inner = countOf(shape.slice(axis + 1))
  const extent = shape[axis] ?? 1
  return (position) => Math.floor(position / inner) % extent
}
