// Cases of `constant`.
import type { ConformanceCase } from '../case.ts'

export const constantCases: readonly ConformanceCase[] = [
  { name: 'a number', inputs: { x: [3, 4, 5] }, batch: 2, expression: 'x + constant(0.5)' },
  {
    name: 'one number per channel',
    inputs: { x: [3, 4] },
    batch: 2,
    expression: 'x * constant([[1], [-2], [3]])',
  },
  {
    name: 'an image',
    inputs: { x: [2, 2, 3] },
    batch: 2,
    expression: 'x - constant([[[i + j for i in 0..2] for j in 0..1], [[1, 2, 3], [4, 5, 6]]])',
  },
  {
    name: 'a product',
    inputs: { x: [5, 2] },
    batch: 2,
    expression: 'matmul(x, constant([[1, 2, 3], [4, 5, 6]]))',
  },
]
