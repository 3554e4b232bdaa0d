// Least element over axes.
import { reduction } from '../reduction.ts'

export const reduceMin = reduction(
  'reduce_min',
  "Least element over axes (PyTorch's `amin`). Equal elements share the gradient.",
)
