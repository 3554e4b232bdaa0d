// Cases of `permute`.
import type { ConformanceCase } from '../case.ts'

export const permuteCases: readonly ConformanceCase[] = [
  { name: 'tokens of an image', inputs: { x: [3, 4, 5] }, batch: 2, expression: 'x -> permute([1, 2, 0])' },
  { name: 'swap the last two', inputs: { x: [3, 4, 5] }, batch: 2, expression: 'x -> permute([0, 2, 1])' },
  { name: 'backwards', inputs: { x: [2, 3, 4, 5] }, batch: 2, expression: 'x -> permute([3, 2, 1, 0])' },
  { name: 'negative axes', inputs: { x: [2, 3, 4] }, batch: 2, expression: 'x -> permute([-1, 0, 1])' },
  { name: 'nothing', inputs: { x: [2, 3, 4] }, expression: 'x -> permute([0, 1, 2])' },
  {
    name: 'pixel shuffle',
    inputs: { x: [8, 2, 3] },
    batch: 2,
    expression: 'x -> reshape([2, 2, 2, 2, 3]) -> permute([0, 3, 1, 4, 2]) -> reshape([2, 4, 6])',
  },
  {
    name: 'a table',
    inputs: { x: [3, 4] },
    batch: 2,
    expression: '[x, parameter([4, 3]) -> permute([1, 0])] -> add',
  },
]
