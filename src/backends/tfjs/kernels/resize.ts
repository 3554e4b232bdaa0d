// Interpolation of one axis as a product with a matrix: exact for every rule and every extent, and its adjoint is the gradient.
import { buffer, matMul, mul, ones, transpose, type Tensor } from '@tensorflow/tfjs-core'
import { reshape } from './reshape.ts'
import { multiplied } from './multiplied.ts'
import { alongAxis } from './views.ts'
import { withGradient } from './with-gradient.ts'

/** How one axis is interpolated: result `k` lies at source `k · over / under`. */
export interface AxisRule {
  readonly extent: number
  readonly count: number
  readonly over: number
  readonly under: number
  readonly mode: 'nearest' | 'linear' | 'corners'
}

/** An axis with the extent `rule.count`. */
export function resizedAlong(x: Tensor, axis: number, rule: AxisRule): Tensor {
  const places = Array.from({ length: rule.count }, (_, k) => placeOf(k, rule))
  const factor = wholeFactor(places, rule)
  if (factor !== undefined) return repeatedAlong(x, axis, factor)
  return alongAxis(x, axis, (view) => interpolated(view, places))
}

/** The middle of `[outer, extent, inner]` by the matrix of its places. */
function interpolated(view: Tensor, places: readonly Between[]): Tensor {
  const [, extent = 1] = view.shape
  return withGradient([view], () => ({
    value: applied(matrixOf(places, extent), view),
    saved: [],
    gradient: (dy) => [applied(transpose(matrixOf(places, extent)), dy)],
  }))
}

/** `matrix [p, q]` on the middle of `[outer, q, inner]`. */
function applied(matrix: Tensor, view: Tensor): Tensor {
  const [outer = 1, extent = 1, inner = 1] = view.shape
  const [count = 1] = matrix.shape
  if (outer === 1) return reshape(multiplied(matrix, reshape(view, [extent, inner])), [1, count, inner])
  const lines = reshape(inner === 1 ? view : transpose(view, [0, 2, 1]), [outer * inner, extent])
  const made = reshape(matMul(lines, transpose(matrix)), [outer, inner, count])
  return inner === 1 ? reshape(made, [outer, count, 1]) : transpose(made, [0, 2, 1])
}

/** A place between two elements: `1 - weight` of the lower one, `weight` of the upper one. */
interface Between {
  readonly lower: number
  readonly upper: number
  readonly weight: number
}

function placeOf(k: number, { extent, count, over, under, mode }: AxisRule): Between {
  if (mode === 'nearest') {
    const nearest = Math.min(Math.floor((k * over) / under), extent - 1)
    return { lower: nearest, upper: nearest, weight: 0 }
  }
  if (mode === 'corners') return between(count === 1 ? 0 : (k * (extent - 1)) / (count - 1), extent)
  return between(Math.max(0, ((k + 0.5) * over) / under - 0.5), extent)
}

function between(source: number, extent: number): Between {
  const lower = Math.min(Math.floor(source), extent - 1)
  return { lower, upper: Math.min(lower + 1, extent - 1), weight: Math.min(source - lower, 1) }
}

/** How often each element is repeated, where that is all that happens. */
function wholeFactor(places: readonly Between[], { extent, count }: AxisRule): number | undefined {
  const factor = count / extent
  const repeats = places.every(({ lower, weight }, k) => weight === 0 && lower === Math.floor(k / factor))
  return Number.isInteger(factor) && repeats ? factor : undefined
}

function repeatedAlong(x: Tensor, axis: number, factor: number): Tensor {
  if (factor === 1) return x
  return alongAxis(x, axis, (view, [outer, extent, inner]) =>
    mul(reshape(view, [outer * extent, 1, inner]), ones([1, factor, 1])),
  )
}

/** `[count, extent]`. */
function matrixOf(places: readonly Between[], extent: number): Tensor {
  const matrix = buffer([places.length, extent], 'float32')
  for (const [k, { lower, upper, weight }] of places.entries()) {
    matrix.set(1 - weight, k, lower)
    if (weight !== 0 && upper !== lower) matrix.set(weight, k, upper)
    else if (weight !== 0) matrix.set(1, k, lower)
  }
  return matrix.toTensor()
}
