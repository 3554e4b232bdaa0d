// Cases of `scale`.
import type { ConformanceCase } from '../case.ts'

export const scaleCases: readonly ConformanceCase[] = [
  { name: 'a factor', inputs: { x: [3, 4, 5] }, batch: 2, expression: 'x -> scale(0.125)' },
  { name: 'a negative factor', inputs: { x: [3, 4] }, expression: 'x -> scale(-3)' },
  { name: 'zero', inputs: { x: [3, 4] }, expression: '[x, x -> scale(0)] -> add' },
  {
    name: 'a table',
    inputs: { x: [3, 4] },
    batch: 2,
    expression: '[x, parameter([3, 4]) -> scale(2.5)] -> add',
  },
]
