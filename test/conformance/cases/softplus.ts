// Cases of `softplus`.
import type { ConformanceCase } from '../case.ts'

export const softplusCases: readonly ConformanceCase[] = [
  { name: '2D', inputs: { x: [3, 4, 5] }, batch: 2, expression: 'x -> softplus' },
  { name: '3D', inputs: { x: [2, 3, 4, 5] }, expression: 'x -> softplus' },
  { name: 'large', inputs: { x: [3, 7] }, level: 12, expression: 'x -> softplus' },
  { name: 'all negative', inputs: { x: [3, 7] }, level: -12, expression: 'x -> softplus' },
  { name: 'spread', inputs: { x: [4, 5, 6] }, batch: 2, expression: 'x -> scale(3) -> softplus' },
  {
    name: 'a table',
    inputs: { x: [3, 4] },
    batch: 2,
    expression: '[x, parameter([3, 4]) -> softplus] -> add',
  },
]
