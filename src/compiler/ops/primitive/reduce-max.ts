// Greatest element over axes, such as a global max pool.
import { reduction } from '../reduction.ts'

export const reduceMax = reduction(
  'reduce_max',
  "Greatest element over axes (PyTorch's `amax`); over the spatial ones it is a global max pool. Equal elements share the gradient.",
)
