// Cases of `matmul`.
import type { ConformanceCase } from '../case.ts'

export const matmulCases: readonly ConformanceCase[] = [
  {
    name: 'two batched matrices',
    inputs: { a: [4, 3], b: [3, 5] },
    batch: 2,
    expression: '[a, b] -> matmul',
  },
  {
    name: 'the second transposed',
    inputs: { a: [4, 3], b: [5, 3] },
    batch: 2,
    expression: '[a, b] -> matmul(transpose_b = true)',
  },
  { name: 'heads', inputs: { a: [2, 4, 3], b: [2, 3, 5] }, batch: 2, expression: '[a, b] -> matmul' },
  {
    name: 'heads, the second transposed',
    inputs: { a: [2, 4, 3], b: [2, 6, 3] },
    batch: 2,
    expression: '[a, b] -> matmul(transpose_b = true)',
  },
  {
    name: 'leading axes that repeat',
    inputs: { a: [2, 1, 4, 3], b: [1, 3, 3, 2] },
    batch: 2,
    expression: '[a, b] -> matmul',
  },
  {
    name: 'a table on the right',
    inputs: { x: [4, 3] },
    batch: 2,
    expression: '[x, parameter([3, 5])] -> matmul',
  },
  {
    name: 'a table on the left',
    inputs: { x: [3, 4] },
    batch: 2,
    expression: '[parameter([5, 3]), x] -> matmul',
  },
  {
    name: 'a table with heads on the right, transposed',
    inputs: { x: [2, 4, 3] },
    batch: 2,
    expression: '[x, parameter([2, 5, 3])] -> matmul(transpose_b = true)',
  },
  {
    name: 'a table of fewer axes on the left, transposed',
    inputs: { x: [2, 4, 3] },
    batch: 2,
    expression: '[parameter([5, 3]), x] -> matmul(transpose_b = true)',
  },
  {
    name: 'two tables',
    inputs: { x: [4, 5] },
    expression: '[x, [parameter([4, 3]), parameter([3, 5])] -> matmul] -> add',
  },
  {
    name: 'a tensor with itself',
    inputs: { x: [4, 3] },
    batch: 2,
    expression: '[x, x] -> matmul(transpose_b = true)',
  },
  { name: 'extents of 1', inputs: { a: [1, 1], b: [1, 1] }, batch: 2, expression: '[a, b] -> matmul' },
]
