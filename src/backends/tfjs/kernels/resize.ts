// Interpolation of one axis as a product with a matrix: exact for every rule and every extent, and its adjoint is the gradient.
import { matMul, mul, ones, tensor2d, transpose, type Tensor } from '@tensorflow/tfjs-core'
import { interpolationMatrix, tapsOf, type AxisRule } from '../../interpolation.ts'
import { reshape } from './reshape.ts'
import { multiplied } from './multiplied.ts'
import { alongAxis } from './views.ts'
import { withGradient } from './with-gradient.ts'

/** An axis with the extent `rule.count`. */
export function resizedAlong(x: Tensor, axis: number, rule: AxisRule): Tensor {
  const factor = wholeFactor(rule)
  if (factor !== undefined) return repeatedAlong(x, axis, factor)
  return alongAxis(x, axis, (view) => interpolated(view, rule))
}

/** The middle of `[outer, extent, inner]` by the matrix of its places. */
function interpolated(view: Tensor, rule: AxisRule): Tensor {
  const matrix = (): Tensor =>
    tensor2d(Float32Array.from(interpolationMatrix(rule)), [rule.count, rule.extent])
  return withGradient([view], () => ({
    value: applied(matrix(), view),
    saved: [],
    gradient: (dy) => [applied(transpose(matrix()), dy)],
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

/** How often each element is repeated, where that is all that happens. */
function wholeFactor(rule: AxisRule): number | undefined {
  const factor = rule.count / rule.extent
  const isRepeated = (k: number, place: number | undefined): boolean => place === Math.floor(k / factor)
  const repeats = tapsOf(rule).every((taps, k) => taps.length === 1 && isRepeated(k, taps[0]?.place))
  return Number.isInteger(factor) && repeats ? factor : undefined
}

function repeatedAlong(x: Tensor, axis: number, factor: number): Tensor {
  if (factor === 1) return x
  return alongAxis(x, axis, (view, [outer, extent, inner]) =>
    mul(reshape(view, [outer * extent, 1, inner]), ones([1, factor, 1])),
  )
}
