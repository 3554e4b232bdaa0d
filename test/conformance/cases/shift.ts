// Cases of `shift`.
import type { ConformanceCase } from '../case.ts'

export const shiftCases: readonly ConformanceCase[] = [
  {
    name: 'one chunk per offset',
    inputs: { x: [6, 5, 4] },
    batch: 2,
    expression: 'x -> shift(height, offsets = [-1, 0, 1])',
  },
  {
    name: 'channels not divisible by the offsets',
    inputs: { x: [7, 6, 4] },
    batch: 2,
    expression: 'x -> shift(height, offsets = [-1, 0, 1])',
  },
  {
    name: 'fewer chunks than offsets',
    inputs: { x: [6, 6, 3] },
    batch: 2,
    expression: 'x -> shift(height, offsets = [-2, -1, 1, 2])',
  },
  {
    name: 'fewer channels than offsets',
    inputs: { x: [3, 6, 3] },
    batch: 2,
    expression: 'x -> shift(height, offsets = [-2, -1, 0, 1, 2])',
  },
  {
    name: 'the depth of a 3D image, five offsets',
    inputs: { x: [8, 5, 3, 4] },
    batch: 2,
    expression: 'x -> shift(depth, offsets = [-2, -1, 0, 1, 2])',
  },
  {
    name: 'the width',
    inputs: { x: [4, 3, 6] },
    batch: 2,
    expression: 'x -> shift(width, offsets = [2, -3])',
  },
  {
    name: 'offsets beyond the extent',
    inputs: { x: [4, 3, 2] },
    batch: 2,
    expression: 'x -> shift(height, offsets = [3, -5])',
  },
  {
    name: 'an extent of 1',
    inputs: { x: [4, 1, 3] },
    batch: 2,
    expression: 'x -> shift(height, offsets = [0, 1])',
  },
  { name: 'one offset, 1D', inputs: { x: [3, 6] }, batch: 2, expression: 'x -> shift(width, offsets = [1])' },
]
