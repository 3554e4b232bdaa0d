// Convolutions and pools at some places: the window of each, element by element.
import { at, countOf } from '../tensor.ts'
import { sourceOf, spatialOf, type AxisWindow, type Triple } from '../windows.ts'
import { byGroup, outside, type Samples, type Source } from './source.ts'

/** Bound here, as in multiply.ts: inner loops read by it. */
const read = at

/** A place of a batched image: sample, channel, and its spatial indices. */
interface Place {
  readonly sample: number
  readonly channel: number
  readonly index: Triple<number>
}

function placeOf(position: number, channels: number, extents: Triple<number>): Place {
  const [, height, width] = extents
  const plane = Math.floor(position / countOf(extents))
  const rest = position % countOf(extents)
  const index = [
    Math.floor(rest / (height * width)),
    Math.floor(rest / width) % height,
    rest % width,
  ] as const
  return { sample: Math.floor(plane / channels), channel: plane % channels, index }
}

/** By tap: where in a channel's plane it reads, or outside. */
type TapPlaces = (index: Triple<number>) => Int32Array

/** `sourceAt` gives the index along one axis for a place and a tap; outside of the extent where there is none. */
function tapPlaces(
  windows: Triple<AxisWindow>,
  [depth, height, width]: Triple<number>,
  sourceAt: (window: AxisWindow, index: number, tap: number) => number,
): TapPlaces {
  const places = new Int32Array(countOf(windows.map(({ kernel }) => kernel)))
  return (index) => {
    let next = 0
    for (let d = 0; d < windows[0].kernel; d++) {
      const plane = sourceAt(windows[0], index[0], d)
      for (let h = 0; h < windows[1].kernel; h++) {
        const line = sourceAt(windows[1], index[1], h)
        for (let w = 0; w < windows[2].kernel; w++) {
          const column = sourceAt(windows[2], index[2], w)
          const isInside =
            plane >= 0 && plane < depth && line >= 0 && line < height && column >= 0 && column < width
          places[next++] = isInside ? (plane * height + line) * width + column : outside
        }
      }
    }
    return places
  }
}

/** `outputs first`: `[out, in / groups, …kernel]`, else `[in, out / groups, …kernel]`. */
export interface SampledKernels {
  readonly groups: number
  readonly bias: Float64Array | undefined
  readonly weight: () => Float64Array
  readonly order: 'outputs first' | 'inputs first'
  /** Of the weights themselves, where they are computed. */
  readonly summands: number
}

export function convolutionAt(
  x: Source,
  kernels: SampledKernels,
  windows: Triple<AxisWindow>,
  shape: readonly number[],
): Source {
  return convolved(x, kernels, shape, tapPlaces(windows, spatialOf(x.shape), sourceOf))
}

/** The window of an input place is added to the result: here, by place of the result, which inputs' windows reach it. */
export function transposedConvolutionAt(
  x: Source,
  kernels: SampledKernels,
  windows: Triple<AxisWindow>,
  shape: readonly number[],
): Source {
  const inputAt = ({ stride, dilation, low }: AxisWindow, index: number, tap: number): number => {
    const distance = index + low - tap * dilation
    return distance % stride === 0 ? distance / stride : outside
  }
  return convolved(x, kernels, shape, tapPlaces(windows, spatialOf(x.shape), inputAt))
}

/** Place by place: the window is read once for all channels that are asked for there. */
function convolved(x: Source, kernels: SampledKernels, shape: readonly number[], tapsAt: TapPlaces): Source {
  const { groups, bias, order } = kernels
  const [inputs, outputs] = [x.shape[1] ?? 1, shape[1] ?? 1]
  const [own, others] = [inputs / groups, outputs / groups]
  const [extents, voxels] = [spatialOf(shape), countOf(x.shape.slice(2))]
  const places = countOf(shape.slice(2))
  const taps = tapsAt([0, 0, 0]).length
  /** Neighbouring input channels of one output channel are so many weights apart. */
  const step = order === 'outputs first' ? taps : others * taps
  const liveOf = liveInputs(kernels, { inputs, outputs, taps })
  const windowOf = (position: number): number =>
    (Math.floor(position / places / others) * places + (position % places)) * others
  const samplesOf = (_: number, members: Int32Array): Samples => {
    const weight = kernels.weight()
    const { sample, channel, index } = placeOf(members[0] ?? 0, outputs, extents)
    const group = Math.floor(channel / others)
    const window = insideOf(tapsAt(index))
    const start = (sample * inputs + group * own) * voxels
    const outputOf = (position: number): number => Math.floor(position / places) % outputs
    const live = liveOf(members.map(outputOf))
    const found = x.at(windowPositions(window.places, live, start, voxels))
    const [values, magnitudes] = [new Float64Array(members.length), new Float64Array(members.length)]
    members.forEach((position, k) => {
      const output = outputOf(position)
      const first =
        order === 'outputs first' ? output * own * taps : (group * own * others + (output % others)) * taps
      const [sum, size] = weighted(found, weight, { first, step, channels: live, taps: window.taps })
      const offset = bias === undefined ? 0 : read(bias, output)
      values[k] = sum + offset
      magnitudes[k] = size + Math.abs(offset)
    })
    return { values, magnitudes }
  }
  return {
    shape,
    summands: own * taps + 1 + x.summands + kernels.summands,
    at: (positions) => byGroup(positions, windowOf, samplesOf),
  }
}

/** Of output channels of one group, the input channels that some of them has a kernel with other numbers than zero for: others are not asked for. */
function liveInputs(
  { groups, order, weight }: SampledKernels,
  { inputs, outputs, taps }: { readonly inputs: number; readonly outputs: number; readonly taps: number },
): (of: Int32Array) => Int32Array {
  const [own, others] = [inputs / groups, outputs / groups]
  const all = Int32Array.from({ length: own }, (_, channel) => channel)
  const ofOne = memoized((output) => {
    const [numbers, group] = [weight(), Math.floor(output / others)]
    return all.filter((channel) => {
      const kernel =
        order === 'outputs first'
          ? output * own + channel
          : (group * own + channel) * others + (output % others)
      return numbers.subarray(kernel * taps, (kernel + 1) * taps).some((one) => one !== 0)
    })
  })
  return (of) => {
    const union = new Set<number>()
    for (const output of of) {
      const live = ofOne(output)
      if (live.length === own) return all
      for (const channel of live) union.add(channel)
    }
    return Int32Array.from(union)
  }
}

function memoized<T>(of: (key: number) => T): (key: number) => T {
  const known = new Map<number, T>()
  return (key) => {
    const found = known.get(key) ?? of(key)
    known.set(key, found)
    return found
  }
}

/** What of a window lies in the image, and which taps these are. */
function insideOf(all: Int32Array): { readonly places: Int32Array; readonly taps: Int32Array } {
  const taps = Int32Array.from(all.keys()).filter((tap) => (all[tap] ?? outside) !== outside)
  return { places: taps.map((tap) => all[tap] ?? outside), taps }
}

/** The same window in some channels, one after the other. */
function windowPositions(
  window: Int32Array,
  channels: Int32Array,
  start: number,
  voxels: number,
): Int32Array {
  const positions = new Int32Array(channels.length * window.length)
  let next = 0
  for (const channel of channels) {
    const first = start + channel * voxels
    for (let k = 0; k < window.length; k++) positions[next++] = first + (window[k] ?? 0)
  }
  return positions
}

interface KernelOf {
  /** Where the weights of the first input channel begin. */
  readonly first: number
  readonly step: number
  readonly channels: Int32Array
  readonly taps: Int32Array
}

/** The sum and that of magnitudes. */
function weighted(
  { values, magnitudes }: Samples,
  weight: Float64Array,
  { first, step, channels, taps }: KernelOf,
): readonly [number, number] {
  let [sum, size, next] = [0, 0, 0]
  for (const channel of channels) {
    const start = first + channel * step
    for (let k = 0; k < taps.length; k++) {
      const own = read(weight, start + (taps[k] ?? 0))
      sum += own * read(values, next)
      size += Math.abs(own) * read(magnitudes, next)
      next += 1
    }
  }
  return [sum, size]
}

// ---------------------------------------------------------------- pools

export type PoolRule =
  | { readonly kind: 'greatest' }
  /** Windows that padding alone fills are 0. */
  | { readonly kind: 'mean'; readonly divisor: 'with padding' | 'without padding' }

export function pooledAt(
  x: Source,
  windows: Triple<AxisWindow>,
  shape: readonly number[],
  rule: PoolRule,
): Source {
  const extents = spatialOf(x.shape)
  const voxels = countOf(extents)
  const tapsAt = tapPlaces(windows, extents, sourceOf)
  const taps = tapsAt([0, 0, 0]).length
  const channels = shape[1] ?? 1
  return {
    shape,
    summands: (rule.kind === 'mean' ? taps : 0) + x.summands,
    at: (positions) => {
      const places = new Int32Array(positions.length * taps)
      const divisors = new Float64Array(positions.length)
      positions.forEach((position, k) => {
        const { sample, channel, index } = placeOf(position, channels, spatialOf(shape))
        const start = (sample * channels + channel) * voxels
        const own = tapsAt(index)
        own.forEach((place, tap) => {
          places[k * taps + tap] = place === outside ? outside : start + place
        })
        divisors[k] =
          rule.kind === 'mean' && rule.divisor === 'with padding'
            ? coveredBy(windows, index, extents)
            : own.filter((place) => place !== outside).length
      })
      return pooledSamples(x.at(places), places, divisors, taps, rule)
    },
  }
}

/** The elements of a window with the padding on both sides, which a window of `ceil_mode` may run past. */
function coveredBy(windows: Triple<AxisWindow>, index: Triple<number>, extents: Triple<number>): number {
  const counts = windows.map((window, axis) => {
    const taps = Array.from({ length: window.kernel }, (_, tap) => sourceOf(window, index[axis] ?? 0, tap))
    return taps.filter((source) => source < (extents[axis] ?? 0) + window.low).length
  })
  return countOf(counts)
}

function pooledSamples(
  { values, magnitudes }: Samples,
  places: Int32Array,
  divisors: Float64Array,
  taps: number,
  { kind }: PoolRule,
): Samples {
  const over = (data: Float64Array): Float64Array =>
    divisors.map((divisor, k) => {
      let [sum, most] = [0, -Infinity]
      for (let place = k * taps; place < (k + 1) * taps; place++) {
        if ((places[place] ?? outside) < 0) continue
        sum += read(data, place)
        most = Math.max(most, read(data, place))
      }
      if (kind === 'greatest') return most
      return sum === 0 ? 0 : sum / divisor
    })
  return { values: over(values), magnitudes: over(magnitudes) }
}
