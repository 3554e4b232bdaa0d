// Cases of `relu`.
import type { ConformanceCase } from '../case.ts'

export const reluCases: readonly ConformanceCase[] = [
  { name: '2D', inputs: { x: [3, 4, 5] }, batch: 2, expression: 'x -> relu' },
  { name: '3D', inputs: { x: [2, 3, 4, 5] }, expression: 'x -> relu' },
  { name: 'tokens', inputs: { x: [5, 4] }, batch: 2, expression: 'x -> relu' },
  { name: 'all negative', inputs: { x: [3, 7] }, level: -3, expression: 'x -> relu' },
  { name: 'a table', inputs: { x: [3, 4] }, batch: 2, expression: '[x, parameter([3, 4]) -> relu] -> add' },
]
