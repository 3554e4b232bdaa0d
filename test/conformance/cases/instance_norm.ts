// Cases of `instance_norm`.
import type { ConformanceCase } from '../case.ts'

export const instanceNormCases: readonly ConformanceCase[] = [
  { name: '1D', inputs: { x: [4, 9] }, batch: 2, expression: 'x -> instance_norm()' },
  { name: '2D', inputs: { x: [4, 5, 6] }, batch: 2, expression: 'x -> instance_norm()' },
  { name: '3D', inputs: { x: [4, 3, 4, 5] }, batch: 2, expression: 'x -> instance_norm()' },
  {
    name: 'without scale and shift',
    inputs: { x: [4, 5, 6] },
    batch: 2,
    expression: 'x -> instance_norm(affine = false)',
  },
  { name: 'a great eps', inputs: { x: [4, 5, 6] }, expression: 'x -> instance_norm(eps = 0.5)' },
  {
    name: 'far from zero',
    inputs: { x: [4, 5, 6] },
    batch: 2,
    level: 100,
    expression: 'x -> instance_norm()',
  },
  {
    name: 'one element per channel: the shift is left',
    inputs: { x: [3, 1, 1] },
    batch: 2,
    expression: 'x -> instance_norm',
  },
]
