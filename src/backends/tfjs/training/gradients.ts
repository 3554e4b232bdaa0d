// The norm of all gradients together, and what it is clipped by.
import type { Tensor } from '@tensorflow/tfjs-core'

/**
 * The Euclidean norm of all gradients as one vector, summed in double precision outside of the backend: a float32 sum over millions of
 * squares, one after the other as wasm has it, loses half of its digits.
 */
export function gradientNorm(gradients: Iterable<Tensor>): number {
  let total = 0
  for (const gradient of gradients) {
    const numbers = gradient.dataSync()
    for (let at = 0; at < numbers.length; at++) total += (numbers[at] ?? 0) ** 2
  }
  return Math.sqrt(total)
}

/** What gradients are multiplied with so that their norm is at most `greatest`: PyTorch's clip_grad_norm_. */
export function clipFactor(norm: number, greatest: number | undefined): number {
  return greatest === undefined ? 1 : Math.min(1, greatest / (norm + 1e-6))
}
