// Cases of `batch_norm`.
import type { ConformanceCase } from '../case.ts'

export const batchNormCases: readonly ConformanceCase[] = [
  { name: '1D', inputs: { x: [4, 9] }, batch: 2, expression: 'x -> batch_norm' },
  { name: '2D', inputs: { x: [4, 5, 6] }, batch: 2, expression: 'x -> batch_norm' },
  { name: '3D', inputs: { x: [4, 3, 4, 5] }, batch: 2, expression: 'x -> batch_norm' },
  {
    name: 'without scale and shift',
    inputs: { x: [4, 5, 6] },
    expression: 'x -> batch_norm(affine = false)',
  },
  { name: 'a great eps', inputs: { x: [4, 5, 6] }, expression: 'x -> batch_norm(eps = 0.5, momentum = 0.5)' },
  { name: 'one element per channel', inputs: { x: [4, 1, 1] }, expression: 'x -> batch_norm' },
  {
    name: 'after a convolution',
    inputs: { x: [3, 5, 6] },
    batch: 2,
    expression: 'x -> conv(4, 3, bias = false) -> batch_norm -> relu',
  },
]
