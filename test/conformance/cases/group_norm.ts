// Cases of `group_norm`.
import type { ConformanceCase } from '../case.ts'

export const groupNormCases: readonly ConformanceCase[] = [
  { name: '1D', inputs: { x: [4, 9] }, batch: 2, expression: 'x -> group_norm(groups = 2)' },
  { name: '2D', inputs: { x: [4, 5, 6] }, batch: 2, expression: 'x -> group_norm(groups = 2)' },
  { name: '3D', inputs: { x: [4, 3, 4, 5] }, batch: 2, expression: 'x -> group_norm(groups = 2)' },
  {
    name: 'without scale and shift',
    inputs: { x: [4, 5, 6] },
    batch: 2,
    expression: 'x -> group_norm(groups = 2, affine = false)',
  },
  { name: 'a great eps', inputs: { x: [4, 5, 6] }, expression: 'x -> group_norm(groups = 2, eps = 0.5)' },
  {
    name: 'far from zero',
    inputs: { x: [4, 5, 6] },
    batch: 2,
    level: 100,
    expression: 'x -> group_norm(groups = 2)',
  },
  { name: 'one group', inputs: { x: [6, 3, 4] }, batch: 2, expression: 'x -> group_norm(groups = 1)' },
  {
    name: 'a group per channel',
    inputs: { x: [6, 3, 4] },
    batch: 2,
    expression: 'x -> group_norm(groups = 6)',
  },
  { name: 'three groups', inputs: { x: [6, 5] }, batch: 2, expression: 'x -> group_norm(groups = 3)' },
]
