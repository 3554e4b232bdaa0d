// Cases of `sigmoid`.
import type { ConformanceCase } from '../case.ts'

export const sigmoidCases: readonly ConformanceCase[] = [
  { name: '2D', inputs: { x: [3, 4, 5] }, batch: 2, expression: 'x -> sigmoid' },
  { name: '3D', inputs: { x: [2, 3, 4, 5] }, expression: 'x -> sigmoid' },
  { name: 'tokens', inputs: { x: [5, 4] }, batch: 2, expression: 'x -> sigmoid' },
  { name: 'all negative', inputs: { x: [3, 7] }, level: -3, expression: 'x -> sigmoid' },
  {
    name: 'a table',
    inputs: { x: [3, 4] },
    batch: 2,
    expression: '[x, parameter([3, 4]) -> sigmoid] -> add',
  },
  { name: 'great magnitudes', inputs: { x: [3, 40] }, expression: 'x -> scale(400) -> sigmoid' },
]
