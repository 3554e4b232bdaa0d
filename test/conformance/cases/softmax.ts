// Cases of `softmax`.
import type { ConformanceCase } from '../case.ts'

export const softmaxCases: readonly ConformanceCase[] = [
  { name: 'channels', inputs: { x: [5, 4, 3] }, batch: 2, expression: 'x -> softmax' },
  { name: 'the last axis of tokens', inputs: { x: [6, 7] }, batch: 2, expression: 'x -> softmax(axis = -1)' },
  {
    name: 'the height of an image',
    inputs: { x: [3, 5, 4] },
    batch: 2,
    expression: 'x -> softmax(axis = height)',
  },
  {
    name: 'the depth of a 3D image',
    inputs: { x: [3, 4, 2, 5] },
    batch: 2,
    expression: 'x -> softmax(axis = depth)',
  },
  { name: 'heads', inputs: { x: [2, 4, 5] }, batch: 2, expression: 'x -> softmax(axis = 2)' },
  { name: 'great magnitudes', inputs: { x: [5, 7] }, expression: 'x -> scale(400) -> softmax' },
  { name: 'one channel', inputs: { x: [1, 4, 3] }, batch: 2, expression: 'x -> softmax' },
  {
    name: 'a table',
    inputs: { x: [3, 4] },
    batch: 2,
    expression: '[x, parameter([3, 4]) -> softmax(axis = 0)] -> add',
  },
]
