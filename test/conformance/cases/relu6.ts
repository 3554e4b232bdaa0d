// Cases of `relu6`.
import type { ConformanceCase } from '../case.ts'

export const relu6Cases: readonly ConformanceCase[] = [
  { name: '2D', inputs: { x: [3, 4, 5] }, batch: 2, expression: 'x -> relu6' },
  { name: '3D', inputs: { x: [2, 3, 4, 5] }, expression: 'x -> relu6' },
  { name: 'large', inputs: { x: [3, 7] }, level: 12, expression: 'x -> relu6' },
  { name: 'all negative', inputs: { x: [3, 7] }, level: -12, expression: 'x -> relu6' },
  { name: 'spread', inputs: { x: [4, 5, 6] }, batch: 2, expression: 'x -> scale(3) -> relu6' },
  { name: 'a table', inputs: { x: [3, 4] }, batch: 2, expression: '[x, parameter([3, 4]) -> relu6] -> add' },
]
