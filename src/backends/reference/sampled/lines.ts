// Operators that need many elements for one: norms, softmax, reductions. Whatever has to be known of a line is computed of the whole line, once.
import { softmax } from '../activations.ts'
import { groupNorm, layerNorm, type Affine } from '../normalisation.ts'
import { averaged } from '../reductions.ts'
import { at, countOf, positionsOf, type Tensor } from '../tensor.ts'
import { projected, range, stepsOf } from './coordinates.ts'
import { byGroup, type Samples, type Source } from './source.ts'

/** Bound here, as in multiply.ts: inner loops read by it. */
const read = at

/** One line of elements, from `start` on `step` apart. */
interface Line {
  readonly start: number
  readonly step: number
  readonly count: number
}

/** The result has the input's shape, each element being made of its line; `rule` gives those at some places of it. */
function ofLines(
  x: Source,
  { step, count }: Omit<Line, 'start'>,
  rule: (line: Samples, places: Int32Array, start: number) => Samples,
): Source {
  const span = step * count
  const startOf = (position: number): number => Math.floor(position / span) * span + (position % step)
  return {
    shape: x.shape,
    summands: count + x.summands,
    at: (positions) =>
      byGroup(positions, startOf, (start, members) => {
        const places = members.map((member) => (member - start) / step)
        return rule(x.at(range(start, count, step)), places, start)
      }),
  }
}

const picked = (data: Float64Array, places: Int32Array): Float64Array =>
  Float64Array.from(places, (place) => read(data, place))

const lineAlong = (shape: readonly number[], axis: number): Omit<Line, 'start'> => ({
  step: countOf(shape.slice(axis + 1)),
  count: shape[axis] ?? 1,
})

export function softmaxAt(x: Source, axis: number): Source {
  return ofLines(x, lineAlong(x.shape, axis), ({ values, magnitudes }, places) => {
    const found = picked(softmax({ shape: [values.length], data: values }, 0).data, places)
    // An exponent that is off by some share of itself makes its power that much too large.
    const greatest = magnitudes.reduce((most, one) => Math.max(most, one), 0)
    return { values: found, magnitudes: found.map((value) => value * (1 + greatest)) }
  })
}

export function layerNormAt(x: Source, axis: number, eps: number, affine: Affine | undefined): Source {
  return ofLines(x, lineAlong(x.shape, axis), (line, places) => {
    const { data } = layerNorm({ shape: [line.values.length], data: line.values }, 0, eps, undefined)
    const channels = places
    return scaled(
      { values: picked(data, places), magnitudes: normedMagnitudes(line, places, eps) },
      affine,
      channels,
    )
  })
}

/** Groups of channels of one sample; their elements lie together. */
export function groupNormAt(x: Source, groups: number, eps: number, affine: Affine | undefined): Source {
  const [, channels = 1, ...spatial] = x.shape
  const [own, voxels] = [channels / groups, countOf(spatial)]
  return ofLines(x, { step: 1, count: own * voxels }, (line, places, start) => {
    const first = Math.floor(start / voxels) % channels
    const { data } = groupNorm({ shape: [1, own, voxels], data: line.values }, 1, eps, undefined)
    const channelsOf = places.map((place) => first + Math.floor(place / voxels))
    const found = { values: picked(data, places), magnitudes: normedMagnitudes(line, places, eps) }
    return scaled(found, affine, channelsOf)
  })
}

function scaled({ values, magnitudes }: Samples, affine: Affine | undefined, channels: Int32Array): Samples {
  if (affine === undefined) return { values, magnitudes }
  const [weight, bias] = [picked(affine.weight, channels), picked(affine.bias, channels)]
  return {
    values: values.map((value, k) => read(weight, k) * value + read(bias, k)),
    magnitudes: magnitudes.map((size, k) => Math.abs(read(weight, k)) * size + Math.abs(read(bias, k))),
  }
}

/**
 * `(x - mean) / deviation`: the difference loses what its operands had, over the deviation; the deviation loses a share that grows with what
 * cancels in it, which is the mean square over the variance where a runtime subtracts the squared mean.
 */
function normedMagnitudes({ values, magnitudes }: Samples, places: Int32Array, eps: number): Float64Array {
  const count = values.length
  let [sum, square, size] = [0, 0, 0]
  for (let k = 0; k < count; k++) {
    const own = read(magnitudes, k)
    sum += read(values, k)
    size += own
    square += own * own
  }
  const mean = sum / count
  let distances = 0
  for (let k = 0; k < count; k++) {
    const distance = read(values, k) - mean
    distances += distance * distance
  }
  const variance = distances / count + eps
  const cancelled = 1 + square / count / variance
  return Float64Array.from(
    places,
    (place) =>
      (read(magnitudes, place) + size / count + Math.abs(read(values, place) - mean) * cancelled) /
      Math.sqrt(variance),
  )
}

// ---------------------------------------------------------------- reductions

type Reduction = (x: Tensor, axes: readonly number[]) => Tensor

/** `axes` stay with an extent of 1. `of magnitudes`: the same reduction; `of squares`: the mean of squares, as a variance is. */
export function reducedAt(
  x: Source,
  shape: readonly number[],
  axes: readonly number[],
  rule: Reduction,
  magnitude: 'of magnitudes' | 'of squares',
): Source {
  const steps = stepsOf(x.shape)
  const kept = x.shape.map((extent, axis) => (axes.includes(axis) ? 1 : extent))
  const reduced = axes.map((axis) => x.shape[axis] ?? 1)
  const offsets = positionsOf(
    reduced,
    axes.map((axis) => steps[axis] ?? 0),
  )
  const one = (data: Float64Array, reduce: Reduction): number =>
    read(reduce({ shape: [data.length], data }, [0]).data, 0)
  return {
    shape,
    summands: offsets.length + x.summands,
    at: (positions) => {
      const starts = projected(positions, kept, steps)
      const [values, magnitudes] = [new Float64Array(starts.length), new Float64Array(starts.length)]
      starts.forEach((start, k) => {
        const found = x.at(offsets.map((offset) => start + offset))
        values[k] = one(found.values, rule)
        const squares = found.magnitudes.map((size) => size * size)
        magnitudes[k] =
          magnitude === 'of magnitudes'
            ? one(found.magnitudes, rule)
            : Math.max(read(values, k), one(squares, averaged))
      })
      return { values, magnitudes }
    },
  }
}
