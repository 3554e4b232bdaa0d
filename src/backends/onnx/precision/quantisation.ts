// Numbers as bytes: `scale · (byte - zero)`. Jacob et al., "Quantization and Training of Neural Networks for Efficient Integer-Arithmetic-Only
// Inference", CVPR 2018, section 2.1.
import type { Numbers } from '../../../weights/weights.ts'

/** The least and the greatest that a value was seen to have. */
export interface Range {
  readonly least: number
  readonly greatest: number
}

/** By the name of the value. */
export type Ranges = ReadonlyMap<string, Range>

/** How a whole tensor is quantised. */
export interface Quantisation {
  readonly scale: number
  readonly zero: number
}

const [lowest, highest] = [-128, 127]

/** 0, of which padding consists, is always a byte. */
export function quantisationOf(range: Range): Quantisation {
  const [least, greatest] = [Math.min(0, range.least), Math.max(0, range.greatest)]
  const scale = Math.fround((greatest - least) / (highest - lowest))
  if (!(scale > 0)) return { scale: 1, zero: 0 }
  return { scale, zero: clamped(Math.round(lowest - least / scale), lowest, highest) }
}

/** Of a weight whose channels lie on `axis`. */
export interface Channels {
  readonly shape: readonly number[]
  readonly axis: number
}

/** Weights are symmetric about 0, so that products need no correction for it. */
const greatestWeight = 127

/** The scale of each channel; a channel of zeros has any. */
export function channelScales(numbers: Numbers, channels: Channels): Float64Array {
  const scales = new Float64Array(channels.shape[channels.axis] ?? 1)
  const channelOf = channelsOf(channels)
  numbers.forEach((value, at) => {
    const channel = channelOf(at)
    scales[channel] = Math.max(scales[channel] ?? 0, Math.abs(value))
  })
  return scales.map((greatest) => (greatest > 0 ? Math.fround(greatest / greatestWeight) : 1))
}

export function quantisedWeight(numbers: Numbers, channels: Channels): Float64Array {
  const scales = channelScales(numbers, channels)
  const channelOf = channelsOf(channels)
  return Float64Array.from(numbers, (value, at) =>
    clamped(Math.round(value / (scales[channelOf(at)] ?? NaN)), -greatestWeight, greatestWeight),
  )
}

/** What is added to products of bytes: whole multiples of the scale of each channel's products. */
export function quantisedBias(numbers: Numbers, scales: Float64Array): Float64Array {
  const greatest = 2 ** 31 - 1
  return Float64Array.from(numbers, (value, at) =>
    clamped(Math.round(value / (scales[at] ?? NaN)), -greatest, greatest),
  )
}

/** The channel of the element at a place. */
function channelsOf({ shape, axis }: Channels): (at: number) => number {
  const inner = shape.slice(axis + 1).reduce((all, extent) => all * extent, 1)
  const count = shape[axis] ?? 1
  return (at) => Math.floor(at / inner) % count
}

const clamped = (value: number, least: number, greatest: number): number =>
  Math.min(greatest, Math.max(least, value))
