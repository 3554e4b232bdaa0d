// Cases of `conv_with`.
import type { ConformanceCase } from '../case.ts'

export const convWithCases: readonly ConformanceCase[] = [
  {
    name: '1D',
    inputs: { x: [3, 7] },
    batch: 2,
    expression: 'conv_with(x, parameter([4, 3, 3]) -> tanh, stride = 2)',
  },
  {
    name: '2D, a standardised weight',
    inputs: { x: [3, 6, 5] },
    batch: 2,
    expression:
      'conv_with(x, (parameter([4, 3, 3, 3]) - (parameter([4, 3, 3, 3]) -> mean(axes = [1, 2, 3]))) / ((parameter([4, 3, 3, 3]) -> variance(axes = [1, 2, 3])) + 0.1))',
  },
  {
    name: '3D, uneven padding',
    inputs: { x: [2, 3, 4, 5] },
    batch: 2,
    expression: 'conv_with(x, parameter([3, 2, 2, 3, 2]) -> tanh, padding = same)',
  },
  {
    name: 'groups and dilation',
    inputs: { x: [4, 7, 6] },
    batch: 2,
    expression: 'conv_with(x, parameter([6, 2, 3, 3]) -> sigmoid, groups = 2, dilation = 2)',
  },
  {
    name: 'a filter for each channel',
    inputs: { x: [3, 4, 5, 4] },
    batch: 2,
    expression: 'conv_with(x, parameter([3, 1, 3, 3, 3]) -> sigmoid, groups = 3, stride = [1, 2, 1])',
  },
  {
    name: 'one tap, no parameter',
    inputs: { x: [2, 3, 4] },
    batch: 2,
    expression: 'conv_with(x, constant([[[[1]], [[-2]]]]))',
  },
]
