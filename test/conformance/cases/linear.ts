// Cases of `linear`.
import type { ConformanceCase } from '../case.ts'

export const linearCases: readonly ConformanceCase[] = [
  { name: 'tokens', inputs: { x: [7, 5] }, batch: 2, expression: 'x -> linear(6)' },
  { name: 'no bias', inputs: { x: [7, 5] }, expression: 'x -> linear(3, bias = false)' },
  { name: 'one axis', inputs: { x: [9] }, batch: 2, expression: 'x -> linear(4)' },
  { name: 'one feature', inputs: { x: [3, 1] }, expression: 'x -> linear(1)' },
  { name: 'the last axis of an image', inputs: { x: [2, 3, 4, 5] }, batch: 2, expression: 'x -> linear(6)' },
  {
    name: 'a table',
    inputs: { x: [4, 3] },
    batch: 2,
    expression: '[x, parameter([4, 6], init = ones) -> linear(3)] -> add',
  },
]
