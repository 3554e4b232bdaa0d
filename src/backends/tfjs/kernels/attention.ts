// Scaled dot-product attention out of products, sums and softmax: each has its own gradient.
import { add, mul, type Tensor } from '@tensorflow/tfjs-core'
import type { BackendName } from '../operands.ts'
import { softmax } from './activations.ts'
import { combined } from './broadcasting.ts'
import { matmul } from './matrix-product.ts'
import { asRows, flat } from './views.ts'

export interface AttentionSetting {
  readonly scale: number
  readonly backend: BackendName
  /** Of dropout, for weights of that shape; none in inference. */
  readonly mask: ((shape: readonly number[]) => Tensor) | undefined
}

/** `softmax(scale · q · kᵀ + biases) · v`. */
export function attention(
  q: Tensor,
  k: Tensor,
  v: Tensor,
  biases: readonly Tensor[],
  { scale, backend, mask }: AttentionSetting,
): Tensor {
  const products = matmul(
    flat(q, (x) => mul(x, scale)),
    k,
    true,
    backend,
  )
  const scores = biases.reduce((sum, bias) => combined(sum, bias, add), products)
  const weights = asRows(scores, scores.rank - 1, softmax)
  const left = mask === undefined ? weights : combined(weights, mask(weights.shape), mul)
  return matmul(left, v, false, backend)
}
