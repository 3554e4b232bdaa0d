// Cases of `concat`.
import type { ConformanceCase } from '../case.ts'

export const concatCases: readonly ConformanceCase[] = [
  { name: 'channels', inputs: { a: [2, 4, 5], b: [3, 4, 5] }, batch: 2, expression: '[a, b] -> concat' },
  {
    name: 'channels of 3D images',
    inputs: { a: [1, 2, 3, 4], b: [2, 2, 3, 4], c: [3, 2, 3, 4] },
    batch: 2,
    expression: '[a, b, c] -> concat',
  },
  {
    name: 'the width',
    inputs: { a: [2, 3, 4], b: [2, 3, 1] },
    batch: 2,
    expression: '[a, b] -> concat(axis = width)',
  },
  {
    name: 'the height',
    inputs: { a: [2, 3, 4], b: [2, 2, 4] },
    batch: 2,
    expression: '[a, b] -> concat(axis = height)',
  },
  { name: 'tokens', inputs: { a: [3, 4], b: [5, 4] }, batch: 2, expression: '[a, b] -> concat(axis = 0)' },
  {
    name: 'features of tokens',
    inputs: { a: [3, 4], b: [3, 2] },
    batch: 2,
    expression: '[a, b] -> concat(axis = -1)',
  },
  { name: 'one tensor', inputs: { x: [2, 3, 4] }, batch: 2, expression: '[x] -> concat' },
  { name: 'a tensor twice', inputs: { x: [2, 3, 4] }, batch: 2, expression: '[x, x] -> concat' },
  {
    name: 'tables',
    inputs: { x: [5, 4] },
    batch: 2,
    expression: '[x, [parameter([2, 4]), parameter([3, 4])] -> concat(axis = 0)] -> add',
  },
]
