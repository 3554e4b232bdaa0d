// Cases of `clip`.
import type { ConformanceCase } from '../case.ts'

export const clipCases: readonly ConformanceCase[] = [
  { name: 'both bounds', inputs: { x: [3, 4, 5] }, batch: 2, expression: 'x -> clip(-0.5, 1)' },
  { name: 'from below', inputs: { x: [2, 3, 4, 5] }, expression: 'x -> clip(min = 0.25)' },
  { name: 'from above', inputs: { x: [2, 3, 4, 5] }, batch: 2, expression: 'x -> clip(max = -0.25)' },
  { name: 'equal bounds', inputs: { x: [3, 7] }, expression: '[x, x -> clip(1, 1)] -> add' },
  {
    name: 'a table',
    inputs: { x: [3, 4] },
    batch: 2,
    expression: '[x, parameter([3, 4]) -> clip(-1, 1)] -> add',
  },
]
