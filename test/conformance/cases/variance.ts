// Cases of `variance`.
import type { ConformanceCase } from '../case.ts'

export const varianceCases: readonly ConformanceCase[] = [
  { name: 'spatial axes, 2D', inputs: { x: [3, 4, 5] }, batch: 2, expression: 'x -> variance' },
  {
    name: 'spatial axes, 3D, not kept, without bias',
    inputs: { x: [3, 2, 4, 5] },
    batch: 2,
    expression: 'x -> variance(keep = false, unbiased = true)',
  },
  { name: 'channels', inputs: { x: [5, 3, 4] }, batch: 2, expression: 'x -> variance(axes = channel)' },
  {
    name: 'channels and width of an image that lies channels last',
    inputs: { x: [2, 4, 5] },
    batch: 2,
    expression: 'x -> conv(3, 3) -> variance(axes = [channel, width], keep = false)',
  },
  {
    name: 'far from zero',
    inputs: { x: [2, 3, 4] },
    level: 50,
    expression: 'x -> variance(axes = [1, 2], unbiased = true)',
  },
  // PyTorch takes all axes where none is named.
  {
    name: 'no axes',
    inputs: { x: [2, 3] },
    expression: 'x -> variance(axes = [])',
    byHand: [0, 0, 0, 0, 0, 0],
  },
  {
    name: 'the weight of a convolution, per filter',
    inputs: { x: [3, 4] },
    batch: 2,
    expression:
      '[x, parameter([3, 4, 2]) -> variance(axes = [1, 2], keep = false) -> reshape([3, 1])] -> add',
  },
]
