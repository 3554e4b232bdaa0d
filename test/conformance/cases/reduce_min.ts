// Cases of `reduce_min`.
import type { ConformanceCase } from '../case.ts'

export const reduceMinCases: readonly ConformanceCase[] = [
  { name: 'spatial axes, 2D', inputs: { x: [3, 4, 5] }, batch: 2, expression: 'x -> reduce_min' },
  {
    name: 'spatial axes, 3D, not kept',
    inputs: { x: [3, 2, 4, 5] },
    batch: 2,
    expression: 'x -> reduce_min(keep = false)',
  },
  { name: 'channels', inputs: { x: [5, 3, 4] }, batch: 2, expression: 'x -> reduce_min(axes = channel)' },
  {
    name: 'channels and width of an image that lies channels last',
    inputs: { x: [2, 4, 5] },
    batch: 2,
    expression: 'x -> conv(3, 3) -> reduce_min(axes = [channel, width], keep = false)',
  },
  {
    name: 'depth and width',
    inputs: { x: [2, 3, 4, 5] },
    batch: 2,
    expression: 'x -> reduce_min(axes = [depth, width])',
  },
  { name: 'no axes', inputs: { x: [2, 3] }, batch: 2, expression: 'x -> reduce_min(axes = [])' },
  {
    name: 'an axis of a table',
    inputs: { x: [3, 4] },
    batch: 2,
    expression: '[x, parameter([3, 4]) -> reduce_min(axes = [1])] -> add',
  },
  {
    name: 'elements that are equal',
    inputs: { x: [2, 4, 4] },
    batch: 2,
    expression: 'x -> clip(-0.5, 0.5) -> reduce_min(axes = [height, width])',
  },
]
