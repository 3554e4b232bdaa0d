// Cases of `sum`.
import type { ConformanceCase } from '../case.ts'

export const sumCases: readonly ConformanceCase[] = [
  { name: 'two', inputs: { a: [3, 4, 5], b: [3, 4, 5] }, batch: 2, expression: '[a, b] -> sum' },
  {
    name: 'three',
    inputs: { a: [2, 3, 4, 2], b: [2, 3, 4, 2], c: [2, 3, 4, 2] },
    batch: 2,
    expression: '[a, b, c] -> sum',
  },
  { name: 'one', inputs: { x: [3, 4] }, batch: 2, expression: '[x] -> sum' },
  { name: 'a tensor three times', inputs: { x: [3, 4] }, expression: '[x, x, x] -> sum' },
  {
    name: 'tables',
    inputs: { x: [3, 4] },
    batch: 2,
    expression: '[x, [parameter([3, 4]), parameter([3, 4])] -> sum] -> add',
  },
]
