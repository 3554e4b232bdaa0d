// Resampling along one axis as scikit-image 0.26 resizes: `resize(order, mode = 'edge', anti_aliasing = False)`, which is scipy.ndimage's
// `zoom(grid_mode = True, mode = 'nearest')`. Sample `k` of `m` lies at c = (n/m)·(k + ½) − ½ of the `n` given ones.
// Cubic B-splines: Unser, Aldroubi, Eden, IEEE Transactions on Signal Processing 41 (1993); the boundaries are scipy's, ndimage/src/ni_splines.c.

/** An array as `outer` blocks of `count` lines of `inner` numbers, resampled across the lines. */
export interface Lines {
  readonly outer: number
  readonly count: number
  readonly inner: number
}

/** Where sample `k` of `m` lies among `n`. */
export const coordinate = (k: number, n: number, m: number): number => (n / m) * (k + 0.5) - 0.5

/** The nearest of `n` for sample `k` of `m`; of two equally near ones the later. */
export const nearest = (k: number, n: number, m: number): number =>
  Math.min(n - 1, Math.max(0, Math.floor(coordinate(k, n, m) + 0.5)))

/** `outer × m × inner` of `outer × count × inner`, by a cubic B-spline or, for order 1, linearly. */
export function resampledLines(data: Float32Array, lines: Lines, m: number, order: 1 | 3): Float32Array {
  const { outer, count, inner } = lines
  const out = new Float32Array(outer * m * inner)
  const along = order === 3 ? cubic(count, m) : linear(count, m)
  const width = Math.min(inner, chunkWidth)
  const room = new Float64Array(along.rows * width)
  for (let block = 0; block < outer; block++)
    for (let first = 0; first < inner; first += width) {
      const wide = Math.min(width, inner - first)
      const from = data.subarray(block * count * inner + first)
      along.load(room, from, inner, wide)
      const to = out.subarray(block * m * inner + first)
      for (let k = 0; k < m; k++) weigh(room, along.taps(k), wide, to.subarray(k * inner, k * inner + wide))
    }
  return out
}

/** Numbers side by side that are worked on together, for the caches of a processor. */
const chunkWidth = 256

/** Rows of numbers, and which of them with which weights make sample `k`. */
interface Kernel {
  readonly rows: number
  /** Loads the rows from lines that are `stride` apart. */
  load(room: Float64Array, from: Float32Array, stride: number, wide: number): void
  taps(k: number): Taps
}

function weigh(room: Float64Array, { first, weights }: Taps, wide: number, to: Float32Array): void {
  for (let at = 0; at < wide; at++) {
    let sum = 0
    for (let tap = 0; tap < weights.length; tap++)
      sum += (weights[tap] ?? 0) * (room[(first + tap) * wide + at] ?? 0)
    to[at] = sum
  }
}

function linear(n: number, m: number): Kernel {
  return {
    rows: n + 2,
    load: (room, from, stride, wide) => copyRows(room, from, { n, stride, wide, pad: 1 }),
    taps(k) {
      const { first, weights } = linearTaps(k, n, m)
      return { first: first + 1, weights }
    },
  }
}

/** Weights of the samples from `first` on. */
export interface Taps {
  readonly first: number
  readonly weights: readonly number[]
}

/** The two samples about the place of sample `k`, −1 and `n` among them: beyond the ends every sample is that of the end. */
export function linearTaps(k: number, n: number, m: number): Taps {
  const place = coordinate(k, n, m)
  const first = Math.floor(place)
  const rest = place - first
  return { first, weights: [1 - rest, rest] }
}

/** Samples that are repeated at either end before the spline's coefficients are found, as scipy does where the mode is `nearest`. */
const edge = 12

function cubic(n: number, m: number): Kernel {
  return {
    rows: n + 2 * edge,
    load(room, from, stride, wide) {
      copyRows(room, from, { n, stride, wide, pad: edge })
      findCoefficients(room, n + 2 * edge, wide)
    },
    taps(k) {
      // Not kept between 0 and n − 1: what lies beyond the ends is computed from the repeated samples.
      const place = coordinate(k, n, m) + edge
      const first = Math.floor(place)
      return { first: first - 1, weights: cubicWeights(place - first) }
    },
  }
}

interface Copy {
  readonly n: number
  readonly stride: number
  readonly wide: number
  /** Rows before the first and after the last, which repeat these. */
  readonly pad: number
}

function copyRows(room: Float64Array, from: Float32Array, { n, stride, wide, pad }: Copy): void {
  for (let row = 0; row < n + 2 * pad; row++) {
    const line = Math.min(n - 1, Math.max(0, row - pad)) * stride
    for (let at = 0; at < wide; at++) room[row * wide + at] = from[line + at] ?? 0
  }
}

/** The cubic B-spline at distances 1 + t, t, 1 − t and 2 − t. */
const cubicWeights = (t: number): readonly number[] => {
  const u = 1 - t
  return [(u * u * u) / 6, (4 + 3 * t * t * (t - 2)) / 6, (4 + 3 * u * u * (u - 2)) / 6, (t * t * t) / 6]
}

const pole = Math.sqrt(3) - 2
const gain = (1 - pole) * (1 - 1 / pole)

/**
 * Samples to coefficients of the spline through them, in their place: a causal and an anticausal filter with the pole √3 − 2, the signal
 * mirrored about the outer edges of its first and last sample (d c b a | a b c d | d c b a).
 */
function findCoefficients(room: Float64Array, n: number, wide: number): void {
  for (let at = 0; at < n * wide; at++) room[at] = (room[at] ?? 0) * gain
  for (let column = 0; column < wide; column++) room[column] = causalStart(room, n, wide, column)
  for (let row = wide; row < n * wide; row++) room[row] = (room[row] ?? 0) + pole * (room[row - wide] ?? 0)
  const last = (n - 1) * wide
  for (let at = last; at < last + wide; at++) room[at] = (room[at] ?? 0) * (pole / (pole - 1))
  for (let at = last - 1; at >= 0; at--) room[at] = pole * ((room[at + wide] ?? 0) - (room[at] ?? 0))
}

/** The sum of the mirrored signal before the first sample, by powers of the pole; after some fifty they are lost in rounding. */
function causalStart(room: Float64Array, n: number, wide: number, column: number): number {
  const sample = (row: number): number => room[row * wide + column] ?? 0
  const whole = pole ** n
  let power = pole
  let sum = sample(0) + whole * sample(n - 1)
  for (let row = 1; row < Math.min(n, negligible); row++) {
    sum += power * (sample(row) + whole * sample(n - 1 - row))
    power *= pole
  }
  return sample(0) + (sum * pole) / (1 - whole * whole)
}

const negligible = 60
