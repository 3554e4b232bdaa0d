// Cases of `divide`.
import type { ConformanceCase } from '../case.ts'

export const divideCases: readonly ConformanceCase[] = [
  {
    name: 'equal shapes',
    inputs: { a: [3, 4, 5], b: [3, 4, 5] },
    batch: 2,
    expression: 'divide(a, b -> exp)',
  },
  {
    name: 'one element per channel',
    inputs: { a: [3, 4, 5], b: [3, 1, 1] },
    batch: 2,
    expression: 'divide(a, b -> exp)',
  },
  {
    name: 'both repeat',
    inputs: { a: [3, 1, 5], b: [1, 4, 1] },
    batch: 2,
    expression: 'divide(a, b -> exp)',
  },
  { name: '3D', inputs: { a: [2, 3, 1, 4], b: [2, 1, 5, 4] }, batch: 2, expression: 'divide(a, b -> exp)' },
  {
    name: 'a table of fewer axes',
    inputs: { x: [3, 6, 4] },
    batch: 2,
    expression: 'divide(x, parameter([6, 1]) -> exp)',
  },
  { name: 'a number', inputs: { x: [3, 4, 5] }, batch: 2, expression: 'divide(x, 4)' },
  { name: 'a number on the left', inputs: { x: [3, 4, 5] }, batch: 2, expression: 'divide(4, x -> exp)' },
]
