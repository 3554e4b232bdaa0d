// Cases of `gather`.
import type { ConformanceCase } from '../case.ts'

export const gatherCases: readonly ConformanceCase[] = [
  {
    name: 'rows of a table, looked up twice',
    inputs: { x: [4, 3] },
    batch: 2,
    expression: 'add(x, parameter([5, 3]) -> gather([4, 0, 0, 2]))',
  },
  {
    name: 'a bias for each pair of places',
    inputs: { x: [2, 3, 3] },
    batch: 2,
    expression:
      'add(x, parameter([5, 2]) -> gather([[i - j + 2 for j in 0..2] for i in 0..2]) -> permute([2, 0, 1]))',
  },
  {
    name: 'channels of an image',
    inputs: { x: [3, 4, 5] },
    batch: 2,
    expression: 'x -> gather([2, 2, 0, 1, 2])',
  },
  { name: 'one place', inputs: { x: [3, 4, 5] }, batch: 2, expression: 'x -> gather([1], axis = height)' },
  {
    name: 'the depth of a 3D image',
    inputs: { x: [2, 3, 2, 4] },
    batch: 2,
    expression: 'x -> gather([2, 1, 0, 0], axis = depth)',
  },
  {
    name: 'windows of an axis',
    inputs: { x: [2, 6, 3] },
    batch: 2,
    expression: 'x -> gather([[i, i + 1, i + 2] for i in 0..3], axis = height)',
  },
  {
    name: 'the last axis of tokens, three axes instead',
    inputs: { x: [3, 5] },
    batch: 2,
    expression: 'x -> gather([[[0], [4]], [[3], [3]]], axis = -1)',
  },
  {
    name: 'the bins of an adaptive mean',
    inputs: { x: [2, 5, 3, 7] },
    batch: 2,
    expression: 'x -> adaptive_avg_pool([3, 5, 2])',
  },
  {
    name: 'the bins of an adaptive maximum',
    inputs: { x: [2, 5, 3, 7] },
    batch: 2,
    expression: 'x -> adaptive_max_pool([3, 5, 2])',
  },
]
