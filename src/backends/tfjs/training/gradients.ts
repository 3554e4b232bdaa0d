// The norm of all gradients together, and what it is clipped by.
import { concat, square, reshape, sum, tidy, type Tensor } from '@tensorflow/tfjs-core'

/**
 * The Euclidean norm of all gradients as one vector. Squares are summed by rows on the backend and the rows in double precision here: one
 * float32 sum over millions would lose digits.
 */
export function gradientNorm(gradients: Iterable<Tensor>): number {
  const rows = tidy(() => {
    const sums = [...gradients].map((gradient) =>
      sum(square(reshape(gradient, [gradient.shape[0] ?? 1, -1])), 1),
    )
    return sums.length === 0 ? new Float32Array() : concat(sums).dataSync()
  })
  let total = 0
  for (const row of rows) total += row
  return Math.sqrt(total)
}

/** What gradients are multiplied with so that their norm is at most `greatest`: PyTorch's clip_grad_norm_. */
export function clipFactor(norm: number, greatest: number | undefined): number {
  return greatest === undefined ? 1 : Math.min(1, greatest / (norm + 1e-6))
}
