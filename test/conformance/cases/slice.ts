// Cases of `slice`.
import type { ConformanceCase } from '../case.ts'

export const sliceCases: readonly ConformanceCase[] = [
  {
    name: 'channels',
    inputs: { x: [5, 3, 4] },
    batch: 2,
    expression: 'x -> slice(channel, start = 1, end = 4)',
  },
  {
    name: 'from a place to the end',
    inputs: { x: [2, 3, 7] },
    batch: 2,
    expression: 'x -> slice(width, start = 3)',
  },
  {
    name: 'negative places',
    inputs: { x: [2, 7, 3] },
    batch: 2,
    expression: 'x -> slice(height, start = -4, end = -1)',
  },
  { name: 'every second', inputs: { x: [2, 3, 7] }, batch: 2, expression: 'x -> slice(width, step = 2)' },
  {
    name: 'every third from a place, with one left over',
    inputs: { x: [2, 3, 9] },
    batch: 2,
    expression: 'x -> slice(width, start = 1, end = 8, step = 3)',
  },
  {
    name: 'a step beyond the range',
    inputs: { x: [2, 3, 9] },
    expression: 'x -> slice(width, start = 4, end = 7, step = 5)',
  },
  {
    name: 'one element',
    inputs: { x: [2, 4, 3, 3] },
    batch: 2,
    expression: 'x -> slice(depth, start = 2, end = 3)',
  },
  { name: 'the last token', inputs: { x: [6, 5] }, batch: 2, expression: 'x -> slice(0, start = -1)' },
  { name: 'all of it', inputs: { x: [2, 3, 4] }, batch: 2, expression: 'x -> slice(width)' },
  {
    name: 'a table',
    inputs: { x: [3, 4] },
    batch: 2,
    expression: '[x, parameter([6, 4]) -> slice(0, start = 1, end = 6, step = 2)] -> add',
  },
]
