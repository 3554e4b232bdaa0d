// Cases of `roll`.
import type { ConformanceCase } from '../case.ts'

export const rollCases: readonly ConformanceCase[] = [
  { name: 'towards the end', inputs: { x: [2, 3, 5] }, batch: 2, expression: 'x -> roll(width, 2)' },
  { name: 'towards the beginning', inputs: { x: [2, 5, 3] }, batch: 2, expression: 'x -> roll(height, -2)' },
  {
    name: 'further than the extent',
    inputs: { x: [2, 5, 3] },
    batch: 2,
    expression: 'x -> roll(height, 13)',
  },
  { name: 'far towards the beginning', inputs: { x: [2, 5, 3] }, expression: 'x -> roll(height, -13)' },
  { name: 'not at all', inputs: { x: [2, 5, 3] }, expression: 'x -> roll(height, 5)' },
  { name: 'channels', inputs: { x: [5, 2, 3] }, batch: 2, expression: 'x -> roll(channel, 1)' },
  {
    name: 'the depth of a 3D image',
    inputs: { x: [2, 4, 3, 2] },
    batch: 2,
    expression: 'x -> roll(depth, 3)',
  },
  { name: 'an extent of 1', inputs: { x: [2, 1, 3] }, expression: 'x -> roll(height, 1)' },
  {
    name: 'an axis of a table',
    inputs: { x: [3, 4] },
    batch: 2,
    expression: '[x, parameter([3, 4]) -> roll(0, 1)] -> add',
  },
]
