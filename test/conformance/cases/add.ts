// Cases of `add`.
import type { ConformanceCase } from '../case.ts'

export const addCases: readonly ConformanceCase[] = [
  { name: 'equal shapes', inputs: { a: [3, 4, 5], b: [3, 4, 5] }, batch: 2, expression: '[a, b] -> add' },
  {
    name: 'one element per channel',
    inputs: { a: [3, 4, 5], b: [3, 1, 1] },
    batch: 2,
    expression: '[a, b] -> add',
  },
  {
    name: 'one channel on the left',
    inputs: { a: [1, 4, 5], b: [3, 4, 5] },
    batch: 2,
    expression: '[a, b] -> add',
  },
  { name: 'both repeat', inputs: { a: [3, 1, 5], b: [1, 4, 1] }, batch: 2, expression: '[a, b] -> add' },
  { name: '3D', inputs: { a: [2, 3, 1, 4], b: [2, 1, 5, 4] }, batch: 2, expression: '[a, b] -> add' },
  { name: 'tokens and one token', inputs: { a: [6, 4], b: [1, 4] }, batch: 2, expression: '[a, b] -> add' },
  {
    name: 'a table of the same shape',
    inputs: { x: [6, 4] },
    batch: 2,
    expression: '[x, parameter([6, 4])] -> add',
  },
  {
    name: 'a table of fewer axes',
    inputs: { x: [3, 6, 4] },
    batch: 2,
    expression: '[x, parameter([4])] -> add',
  },
  {
    name: 'a table of fewer axes that repeats',
    inputs: { x: [3, 6, 4] },
    batch: 2,
    expression: '[x, parameter([6, 1])] -> add',
  },
  {
    name: 'a table on the left',
    inputs: { x: [3, 4, 5] },
    batch: 2,
    expression: '[parameter([3, 1, 1]), x] -> add',
  },
  {
    name: 'a table that the input repeats along',
    inputs: { x: [3, 1, 5] },
    batch: 2,
    expression: '[x, parameter([3, 4, 1])] -> add',
  },
  {
    name: 'a table whose first extent is that of the batch',
    inputs: { x: [2, 3] },
    batch: 2,
    expression: '[x, parameter([2, 1])] -> add',
  },
  {
    name: 'two tables of different ranks',
    inputs: { x: [3, 4] },
    batch: 2,
    expression: '[x, [parameter([3, 1]), parameter([4])] -> add] -> add',
  },
  { name: 'a tensor with itself', inputs: { x: [3, 4, 5] }, batch: 2, expression: '[x, x] -> add' },
]
