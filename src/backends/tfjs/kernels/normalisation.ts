// Normalisation of images over their voxels, with closed-form gradients. Statistics are in two passes (the variance from centred values),
// since single precision loses the difference of two large sums.
import {
  add,
  div,
  fill,
  mul,
  reshape,
  rsqrt,
  square,
  sqrt,
  sub,
  sum,
  type Tensor,
} from '@tensorflow/tfjs-core'
import { columnSums, sampleSums } from './sums.ts'
import { kept, withGradient } from './with-gradient.ts'
import { rowsOf } from './windows.ts'

export interface Affine {
  readonly weight: Tensor
  readonly bias: Tensor
}

export interface Norm {
  /** Groups of neighbouring channels that share their statistics. */
  readonly groups: number
  readonly eps: number
  readonly affine: Affine | undefined
  /** Called in the forward step with the mean and the biased variance, `[N, C]` each. */
  readonly onStatistics?: (mean: Tensor, variance: Tensor) => void
}

/**
 * `weight · (x - mean) / √(var + eps) + bias` of `[N, V, C]`, per sample and group. Saves the centred values in place of `x`, and per
 * channel one factor. With `h = x - mean`, `r = 1 / √(var + eps)`, `g = weight · dy`, means over the group: `dx = r · (g - mean(g) - h · r² · mean(g · h))`.
 */
export function normalised(x: Tensor, { groups, eps, affine, onStatistics }: Norm): Tensor {
  const [batch = 1, voxels = 1, channels = 1] = x.shape
  const means = (sums: Tensor): Tensor => groupMeans(sums, groups, voxels)
  const wide = (statistic: Tensor): Tensor => reshape(statistic, [batch, 1, channels])
  return withGradient(affine === undefined ? [x] : [x, affine.weight, affine.bias], () => {
    const mean = means(sampleSums(x))
    const centred = sub(x, wide(mean))
    const variance = means(sampleSums(square(centred)))
    onStatistics?.(mean, variance)
    const rate = rsqrt(add(variance, eps))
    const scale = affine === undefined ? rate : mul(rate, affine.weight)
    const scaled = mul(centred, wide(scale))
    return {
      value: affine === undefined ? scaled : add(scaled, affine.bias),
      saved: affine === undefined ? [centred, rate] : [centred, rate, affine.weight],
      gradient: (dy, saved) => {
        const [h, r, weight] = [kept(saved, 0), kept(saved, 1), saved[2]]
        const [sums, products] = [sampleSums(dy), sampleSums(mul(dy, h))]
        const weighted = (of: Tensor): Tensor => (weight === undefined ? of : mul(of, weight))
        const constant = mul(means(weighted(sums)), r)
        const slope = mul(means(weighted(products)), mul(r, square(r)))
        const dx = sub(mul(dy, wide(weighted(r))), add(mul(h, wide(slope)), wide(constant)))
        return weight === undefined ? [dx] : [dx, sum(mul(products, r), 0), sum(sums, 0)]
      },
    }
  })
}

/** From sums per channel `[N, C]` the mean of each channel's group, `[N, C]`. */
function groupMeans(sums: Tensor, groups: number, voxels: number): Tensor {
  const [batch = 1, channels = 1] = sums.shape
  const members = channels / groups
  if (members === 1) return mul(sums, 1 / voxels)
  const totals = sum(reshape(sums, [batch, groups, members]), 2, true)
  const spread = mul(totals, fill([1, 1, members], 1 / (voxels * members)))
  return reshape(spread, [batch, channels])
}

/** As in inference: with statistics `[C]` that are given. Saves `x` and vectors. */
export function normalisedBy(
  x: Tensor,
  { mean, variance, eps }: { readonly mean: Tensor; readonly variance: Tensor; readonly eps: number },
  affine: Affine | undefined,
): Tensor {
  return withGradient(affine === undefined ? [x] : [x, affine.weight, affine.bias], () => {
    const rate = div(1, sqrt(add(variance, eps)))
    const scale = affine === undefined ? rate : mul(rate, affine.weight)
    const constant = mul(mean, scale)
    const offset = affine === undefined ? mul(constant, -1) : sub(affine.bias, constant)
    return {
      value: reshape(add(mul(rowsOf(x), scale), offset), x.shape),
      saved: affine === undefined ? [scale] : [scale, x, rate, mean],
      gradient: (dy, saved) => {
        const rows = rowsOf(dy)
        const dx = reshape(mul(rows, kept(saved, 0)), dy.shape)
        if (affine === undefined) return [dx]
        const sums = columnSums(rows)
        const products = columnSums(mul(rows, rowsOf(kept(saved, 1))))
        return [dx, mul(sub(products, mul(sums, kept(saved, 3))), kept(saved, 2)), sums]
      },
    }
  })
}
