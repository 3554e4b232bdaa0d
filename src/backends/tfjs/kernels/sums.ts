// Sums over voxels. As products with a row of ones: a reduction over leading axes is five times slower on wasm.
import { matMul, ones, reshape, sum, type Tensor } from '@tensorflow/tfjs-core'

/** Sums of the columns of `[rows, columns]`, in two steps of some √rows terms each, which keeps the rounding of single precision small. */
export function columnSums(x: Tensor): Tensor {
  const [rows = 1, columns = 1] = x.shape
  const steps = divisorNearRoot(rows)
  const first = matMul(ones([1, steps]), reshape(x, [steps, (rows / steps) * columns]))
  return reshape(matMul(ones([1, rows / steps]), reshape(first, [rows / steps, columns])), [columns])
}

/** Sums over the middle of `[N, V, C]`, as `[N, C]`. */
export function sampleSums(x: Tensor): Tensor {
  const [batch = 1, voxels = 1, channels = 1] = x.shape
  if (batch === 1) return reshape(columnSums(reshape(x, [voxels, channels])), [1, channels])
  // Two sums of √V terms here too; the second one is small.
  const steps = divisorNearRoot(voxels)
  const first = sum(reshape(x, [batch, steps, (voxels / steps) * channels]), 1)
  return sum(reshape(first, [batch, voxels / steps, channels]), 1)
}

/** The greatest divisor that is no greater than the root. */
function divisorNearRoot(count: number): number {
  for (let divisor = Math.floor(Math.sqrt(count)); divisor > 1; divisor--)
    if (count % divisor === 0) return divisor
  return 1
}
