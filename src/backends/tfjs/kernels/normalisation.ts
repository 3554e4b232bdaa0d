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
import { columnSums, perChannel, sampleMeans } from './sums.ts'
import { kept, withGradient } from './with-gradient.ts'
import { channelsOf, rowsOf } from './windows.ts'

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
 * channel one factor. With `h = x - mean`, `r = 1 / √(var + eps)`, `g = weight · dy` and means over the group:
 * `dx = r · (g - mean(g)) - h · r³ · mean(g · h)`.
 */
export function normalised(x: Tensor, { groups, eps, affine, onStatistics }: Norm): Tensor {
  return withGradient(affine === undefined ? [x] : [x, affine.weight, affine.bias], () => {
    const mean = groupMeans(sampleMeans(x), groups)
    const centred = perChannel(x, mean, sub)
    const variance = groupMeans(sampleMeans(square(centred)), groups)
    onStatistics?.(mean, variance)
    const rate = rsqrt(add(variance, eps))
    const scale = affine === undefined ? rate : mul(rate, affine.weight)
    const scaled = perChannel(centred, scale, mul)
    return {
      value: affine === undefined ? scaled : perChannel(scaled, affine.bias, add),
      saved: affine === undefined ? [centred, rate] : [centred, rate, affine.weight],
      gradient: (dy, saved) => {
        const [h, r, weight] = [kept(saved, 0), kept(saved, 1), saved[2]]
        const [dyMean, product] = [sampleMeans(dy), sampleMeans(mul(dy, h))]
        const dx = inputGradient(dy, h, { groups, r, weight, dyMean, product })
        if (weight === undefined) return [dx]
        const voxels = x.shape[1] ?? 1
        return [dx, mul(sum(mul(product, r), 0), voxels), mul(sum(dyMean, 0), voxels)]
      },
    }
  })
}

interface Backward {
  readonly groups: number
  readonly r: Tensor
  readonly weight: Tensor | undefined
  /** Means over the voxels of `dy` and of `dy · h`, `[N, C]`. */
  readonly dyMean: Tensor
  readonly product: Tensor
}

function inputGradient(dy: Tensor, h: Tensor, { groups, r, weight, dyMean, product }: Backward): Tensor {
  const weighted = (of: Tensor): Tensor => (weight === undefined ? of : mul(of, weight))
  const slope = mul(groupMeans(weighted(product), groups), mul(r, square(r)))
  // The mean comes off before anything is multiplied: what cancels has to cancel exactly where the variance is 0 and r is large.
  const isApart = groups === (dy.shape[2] ?? 1)
  const g = isApart || weight === undefined ? dy : perChannel(dy, weight, mul)
  const mean = isApart ? dyMean : groupMeans(weighted(dyMean), groups)
  const direct = perChannel(perChannel(g, mean, sub), isApart ? weighted(r) : r, mul)
  return sub(direct, perChannel(h, slope, mul))
}

/** From means per channel `[N, C]` the mean of each channel's group, `[N, C]`. */
function groupMeans(means: Tensor, groups: number): Tensor {
  const [batch = 1, channels = 1] = means.shape
  const members = channels / groups
  if (members === 1) return means
  const totals = sum(reshape(means, [batch, groups, members]), 2, true)
  return reshape(mul(totals, fill([1, 1, members], 1 / members)), [batch, channels])
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
      value: reshape(perChannel(perChannel(rows(x), scale, mul), offset, add), x.shape),
      saved: affine === undefined ? [scale] : [scale, x, rate, mean],
      gradient: (dy, saved) => {
        const dx = reshape(perChannel(rows(dy), kept(saved, 0), mul), dy.shape)
        if (affine === undefined) return [dx]
        const sums = columnSums(rowsOf(dy))
        const products = columnSums(rowsOf(mul(dy, kept(saved, 1))))
        return [dx, mul(sub(products, mul(sums, kept(saved, 3))), kept(saved, 2)), sums]
      },
    }
  })
}

/** An image as one sample of voxels. */
function rows(image: Tensor): Tensor {
  return reshape(image, [1, -1, channelsOf(image)])
}
