// Cases of `reshape`.
import type { ConformanceCase } from '../case.ts'

export const reshapeCases: readonly ConformanceCase[] = [
  { name: 'merge', inputs: { x: [2, 3, 4] }, batch: 2, expression: 'x -> reshape([6, 4])' },
  { name: 'split', inputs: { x: [12, 5] }, batch: 2, expression: 'x -> reshape([3, 4, 5])' },
  { name: 'what is left', inputs: { x: [2, 3, 4] }, batch: 2, expression: 'x -> reshape([4, -1])' },
  { name: 'flat', inputs: { x: [2, 3, 4] }, batch: 2, expression: 'x -> reshape([-1])' },
  { name: 'extents of 1', inputs: { x: [2, 3] }, batch: 2, expression: 'x -> reshape([1, 2, 1, 3])' },
  { name: 'five axes', inputs: { x: [2, 4, 6] }, batch: 2, expression: 'x -> reshape([2, 2, 2, 3, 2])' },
  {
    name: 'a table',
    inputs: { x: [3, 4] },
    batch: 2,
    expression: '[x, parameter([12]) -> reshape([3, 4])] -> add',
  },
]
