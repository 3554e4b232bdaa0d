// Cases of `minimum`.
import type { ConformanceCase } from '../case.ts'

export const minimumCases: readonly ConformanceCase[] = [
  { name: 'equal shapes', inputs: { a: [3, 4, 5], b: [3, 4, 5] }, batch: 2, expression: 'minimum(a, b)' },
  {
    name: 'one element per channel',
    inputs: { a: [3, 4, 5], b: [3, 1, 1] },
    batch: 2,
    expression: 'minimum(a, b)',
  },
  { name: 'both repeat', inputs: { a: [3, 1, 5], b: [1, 4, 1] }, batch: 2, expression: 'minimum(a, b)' },
  { name: '3D', inputs: { a: [2, 3, 1, 4], b: [2, 1, 5, 4] }, batch: 2, expression: 'minimum(a, b)' },
  {
    name: 'a table of fewer axes',
    inputs: { x: [3, 6, 4] },
    batch: 2,
    expression: 'minimum(x, parameter([6, 1]))',
  },
  { name: 'a number', inputs: { x: [3, 4, 5] }, batch: 2, expression: 'minimum(x, 0.5)' },
  { name: 'a number on the left', inputs: { x: [3, 4, 5] }, batch: 2, expression: 'minimum(0.5, x)' },
]
