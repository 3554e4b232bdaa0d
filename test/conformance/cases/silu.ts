// Cases of `silu`.
import type { ConformanceCase } from '../case.ts'

export const siluCases: readonly ConformanceCase[] = [
  { name: '2D', inputs: { x: [3, 4, 5] }, batch: 2, expression: 'x -> silu' },
  { name: '3D', inputs: { x: [2, 3, 4, 5] }, expression: 'x -> silu' },
  { name: 'large', inputs: { x: [3, 7] }, level: 12, expression: 'x -> silu' },
  { name: 'all negative', inputs: { x: [3, 7] }, level: -6, expression: 'x -> silu' },
  { name: 'spread', inputs: { x: [4, 5, 6] }, batch: 2, expression: 'x -> scale(3) -> silu' },
  { name: 'a table', inputs: { x: [3, 4] }, batch: 2, expression: '[x, parameter([3, 4]) -> silu] -> add' },
]
