// Cases of `hard_swish`.
import type { ConformanceCase } from '../case.ts'

export const hardSwishCases: readonly ConformanceCase[] = [
  { name: '2D', inputs: { x: [3, 4, 5] }, batch: 2, expression: 'x -> hard_swish' },
  { name: '3D', inputs: { x: [2, 3, 4, 5] }, expression: 'x -> hard_swish' },
  { name: 'large', inputs: { x: [3, 7] }, level: 12, expression: 'x -> hard_swish' },
  { name: 'all negative', inputs: { x: [3, 7] }, level: -12, expression: 'x -> hard_swish' },
  { name: 'spread', inputs: { x: [4, 5, 6] }, batch: 2, expression: 'x -> scale(3) -> hard_swish' },
  {
    name: 'a table',
    inputs: { x: [3, 4] },
    batch: 2,
    expression: '[x, parameter([3, 4]) -> hard_swish] -> add',
  },
]
