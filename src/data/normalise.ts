// Intensities before a network sees them: nnU-Net's rules, chosen by the names of the channels.
// Isensee et al., "nnU-Net", Nature Methods 18, 2021; names as in its `channel_name_to_normalization_mapping`.
import { isProblem, problem, type Problem } from '../compiler/diagnostics/diagnostic.ts'
import type { Image, LabelledCase } from './case.ts'

/** The rule of one channel. Plain data: a trained network keeps it, since it is part of what it learned. */
export type ChannelRule =
  /** Mean 0 and standard deviation 1 over the image. */
  | { readonly rule: 'zscore' }
  /** Clipped, then shifted and scaled by numbers of the training cases. */
  | {
      readonly rule: 'ct'
      readonly low: number
      readonly high: number
      readonly mean: number
      readonly std: number
    }
  /** The image's range to 0 to 1. */
  | { readonly rule: 'rescale' }
  /** Divided by 255. */
  | { readonly rule: 'rgb' }
  | { readonly rule: 'none' }

/** Voxels of each case that the numbers of CT channels are made from, at most: evenly spaced among the foreground. */
const samplesPerCase = 10_000
/** Keeps constant images from a division by 0. */
const leastDeviation = 1e-8

const namedRules: ReadonlyMap<string, ChannelRule> = new Map<string, ChannelRule>([
  ['zscore', { rule: 'zscore' }],
  ['rescale_to_0_1', { rule: 'rescale' }],
  ['rgb_to_0_1', { rule: 'rgb' }],
  ['nonorm', { rule: 'none' }],
])

const isCt = (name: string): boolean => name.toLowerCase() === 'ct'

/** What the rules need to know of a training case: for each channel named CT a sample of its foreground's intensities, else nothing. */
export function foregroundOf(one: LabelledCase, channels: readonly string[]): readonly Float32Array[] {
  return channels.map((name, channel) => (isCt(name) ? foregroundSamples(one, channel) : new Float32Array()))
}

/** The rules of a dataset's channels, from what `foregroundOf` gave of each training case. */
export function normalisationOf(
  channels: readonly string[],
  foregrounds: readonly (readonly Float32Array[])[],
): readonly ChannelRule[] | Problem {
  const rules: ChannelRule[] = []
  for (const [channel, name] of channels.entries()) {
    const samples = foregrounds.map((one) => one[channel] ?? new Float32Array())
    const rule = isCt(name)
      ? ctRule(samples, name)
      : (namedRules.get(name.toLowerCase()) ?? { rule: 'zscore' })
    if (isProblem(rule)) return rule
    rules.push(rule)
  }
  return rules
}

function ctRule(foregrounds: readonly Float32Array[], name: string): ChannelRule | Problem {
  const samples = new Float64Array(foregrounds.reduce((sum, { length }) => sum + length, 0))
  let filled = 0
  for (const one of foregrounds) {
    samples.set(one, filled)
    filled += one.length
  }
  if (samples.length === 0) return problem('ct-without-foreground', { channel: name })
  samples.sort()
  const { mean, std } = momentsOf(samples)
  return { rule: 'ct', low: percentile(samples, 0.005), high: percentile(samples, 0.995), mean, std }
}

function foregroundSamples({ image, labels }: LabelledCase, channel: number): Float32Array {
  const { data } = labels
  const start = channel * data.length
  let count = 0
  for (let at = 0; at < data.length; at++) if (data[at] !== 0) count++
  const step = Math.max(1, count / samplesPerCase)
  const samples = new Float32Array(Math.min(count, samplesPerCase))
  let [seen, kept] = [0, 0]
  for (let at = 0; at < data.length; at++) {
    if (data[at] === 0) continue
    if (seen >= kept * step && kept < samples.length) samples[kept++] = image.data[start + at] ?? 0
    seen++
  }
  return samples.subarray(0, kept)
}

/** Linear between the two nearest ranks, as NumPy's default. */
function percentile(sorted: Float64Array, share: number): number {
  const place = share * (sorted.length - 1)
  const below = Math.floor(place)
  const low = sorted[below] ?? 0
  return low + (place - below) * ((sorted[below + 1] ?? low) - low)
}

function momentsOf(values: Float32Array | Float64Array): { mean: number; std: number } {
  let sum = 0
  for (const value of values) sum += value
  const mean = sum / values.length
  let squares = 0
  for (const value of values) squares += (value - mean) ** 2
  return { mean, std: Math.sqrt(squares / values.length) }
}

/** A copy with every channel normalised by its rule. */
export function normalised(image: Image, rules: readonly ChannelRule[]): Image {
  const data = image.data.slice()
  const voxels = data.length / image.channels
  for (let channel = 0; channel < image.channels; channel++)
    normalise(data.subarray(channel * voxels, (channel + 1) * voxels), rules[channel] ?? { rule: 'zscore' })
  return { ...image, data }
}

function normalise(values: Float32Array, rule: ChannelRule): void {
  const { shift, scale } = shiftAndScale(values, rule)
  const [low, high] = rule.rule === 'ct' ? [rule.low, rule.high] : [-Infinity, Infinity]
  for (let at = 0; at < values.length; at++)
    values[at] = (Math.min(high, Math.max(low, values[at] ?? 0)) - shift) * scale
}

function shiftAndScale(values: Float32Array, rule: ChannelRule): { shift: number; scale: number } {
  if (rule.rule === 'none') return { shift: 0, scale: 1 }
  if (rule.rule === 'rgb') return { shift: 0, scale: 1 / 255 }
  if (rule.rule === 'rescale') {
    const [least, greatest] = rangeOf(values)
    return { shift: least, scale: 1 / Math.max(leastDeviation, greatest - least) }
  }
  const { mean, std } = rule.rule === 'ct' ? rule : momentsOf(values)
  return { shift: mean, scale: 1 / Math.max(leastDeviation, std) }
}

/** Least and greatest. */
export function rangeOf(values: Float32Array): readonly [number, number] {
  let least = Infinity
  let greatest = -Infinity
  for (const value of values) {
    if (value < least) least = value
    if (value > greatest) greatest = value
  }
  return [least, greatest]
}
