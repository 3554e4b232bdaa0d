// Cases of `sqrt`.
import type { ConformanceCase } from '../case.ts'

export const sqrtCases: readonly ConformanceCase[] = [
  { name: '2D', inputs: { x: [3, 4, 5] }, batch: 2, level: 3, expression: 'x -> sqrt' },
  { name: '3D', inputs: { x: [2, 3, 4, 5] }, level: 3, expression: 'x -> sqrt' },
  { name: 'close to zero', inputs: { x: [3, 9] }, expression: 'x -> exp -> scale(0.001) -> sqrt' },
  {
    name: 'a table',
    inputs: { x: [3, 4] },
    batch: 2,
    expression: '[x, parameter([3, 4]) -> exp -> sqrt] -> add',
  },
]
