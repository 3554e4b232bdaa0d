// Cases of `prelu`.
import type { ConformanceCase } from '../case.ts'

export const preluCases: readonly ConformanceCase[] = [
  { name: 'one slope', inputs: { x: [3, 4, 5] }, batch: 2, expression: 'x -> prelu' },
  {
    name: 'a slope per channel, 1D',
    inputs: { x: [5, 6] },
    batch: 2,
    expression: 'x -> prelu(shared = false)',
  },
  {
    name: 'a slope per channel, 2D',
    inputs: { x: [3, 4, 5] },
    batch: 2,
    expression: 'x -> prelu(shared = false)',
  },
  {
    name: 'a slope per channel, 3D',
    inputs: { x: [4, 2, 3, 5] },
    batch: 2,
    expression: 'x -> prelu(shared = false, start = 0.1)',
  },
  {
    name: 'a slope per channel, one axis',
    inputs: { x: [6] },
    batch: 2,
    expression: 'x -> prelu(shared = false)',
  },
  { name: 'one channel', inputs: { x: [1, 4, 5] }, batch: 2, expression: 'x -> prelu(shared = false)' },
  {
    name: 'a table',
    inputs: { x: [3, 4] },
    batch: 2,
    expression: '[x, parameter([3, 4]) -> prelu(shared = false)] -> add',
  },
]
