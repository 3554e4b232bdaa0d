// Means over voxels, and numbers per channel applied to every voxel: the memory-bound half of the norms.
import { add, avgPool, mean, mul, ones, reshape, type Tensor, type Tensor4D } from '@tensorflow/tfjs-core'
import { formsNow } from '../forms.ts'

/**
 * Means over the middle of `[N, V, C]`, as `[N, C]`. On wasm by average pools, which read memory once (sums over leading axes take ten times
 * as long). In two steps of some √V elements each, which keeps the rounding of single precision small.
 */
export function sampleMeans(x: Tensor): Tensor {
  const [batch = 1, voxels = 1, channels = 1] = x.shape
  const steps = divisorUpTo(voxels, Math.sqrt(voxels))
  const rest = voxels / steps
  const first = pooled(x, [batch, steps, rest * channels])
  return reshape(pooled(first, [batch, rest, channels]), [batch, channels])
}

/** Channels of one pool: many more damage the heap of wasm without an error at first (tfjs-backend-wasm 4.22). */
const widestPool = 8192

/** Means over the middle axis of a shape. What is behind it is spread over width and channels of an image. */
function pooled(x: Tensor, [batch, taps, behind]: readonly [number, number, number]): Tensor {
  if (formsNow().means === 'stock') return mean(reshape(x, [batch, taps, behind]), 1)
  if (taps === 1) return x
  const channels = divisorUpTo(behind, widestPool)
  const image: Tensor4D = reshape(x, [batch, taps, behind / channels, channels])
  return avgPool(image, [taps, 1], 1, 'valid')
}

/** Sums of the columns of `[rows, columns]`. */
export function columnSums(x: Tensor): Tensor {
  const [rows = 1, columns = 1] = x.shape
  return reshape(mul(sampleMeans(reshape(x, [1, rows, columns])), rows), [columns])
}

/** How many numbers in a row make broadcasting as fast as an operation without. */
const wideRow = 512

/** `rule(x, vector)` for every voxel of `[N, V, C]`; the vectors are `[N, C]` or `[C]`. Several voxels make one row: short rows are slow on wasm. */
export function perChannel(x: Tensor, vector: Tensor, rule: (x: Tensor, vector: Tensor) => Tensor): Tensor {
  const [batch = 1, voxels = 1, channels = 1] = x.shape
  const times = divisorUpTo(voxels, Math.ceil(wideRow / channels))
  const samples = vector.size / channels
  const column = reshape(vector, [samples, 1, channels])
  const wide = times === 1 ? column : mul(column, ones([1, times, 1]))
  const rows = reshape(x, [batch, voxels / times, times * channels])
  return reshape(rule(rows, reshape(wide, [samples, 1, times * channels])), x.shape)
}

/** `[rows, C]` with a number added per column. */
export function addedPerColumn(x: Tensor, vector: Tensor): Tensor {
  return reshape(perChannel(reshape(x, [1, ...x.shape]), vector, add), x.shape)
}

/** The greatest divisor that is no greater than the limit. */
function divisorUpTo(count: number, limit: number): number {
  for (let divisor = Math.min(count, Math.floor(limit)); divisor > 1; divisor--)
    if (count % divisor === 0) return divisor
  return 1
}
