// The product of two matrices, safe on wasm.
import { matMul, reshape, slice, type Tensor } from '@tensorflow/tfjs-core'

/**
 * `a [M, K] · b [K, N]`. On wasm the right matrix is kept packed by the identity of its numbers alone, until these are freed: another
 * product with the same numbers in another shape gives wrong results or ends the module. So `b` is copied, and gone after the product.
 */
export function multiplied(a: Tensor, b: Tensor): Tensor {
  return matMul(a, reshape(slice(reshape(b, [-1]), [0], [b.size]), b.shape))
}
