// Sum over axes.
import { reduction } from '../reduction.ts'

export const reduceSum = reduction('reduce_sum', "Sum over axes (PyTorch's `x.sum(axes)`).")
