// Cases of `dropout`.
import type { ConformanceCase } from '../case.ts'

export const dropoutCases: readonly ConformanceCase[] = [
  { name: 'the identity in inference', inputs: { x: [3, 4, 5] }, batch: 2, expression: 'x -> dropout(0.5)' },
  {
    name: 'channels and samples in inference',
    inputs: { x: [3, 4, 5] },
    batch: 2,
    expression: 'x -> dropout(0.5, each = channel) -> dropout(0.5, each = sample)',
  },
  { name: 'a rate of 0', inputs: { x: [5, 4] }, expression: 'x -> dropout(0)' },
  {
    name: 'between layers',
    inputs: { x: [5, 4] },
    batch: 2,
    expression: 'x -> linear(3) -> dropout(0.9) -> relu',
  },
  {
    name: 'a table',
    inputs: { x: [3, 4] },
    batch: 2,
    expression: '[x, parameter([3, 4]) -> dropout(0.2)] -> add',
  },
]
