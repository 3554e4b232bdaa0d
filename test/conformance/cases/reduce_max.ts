// Cases of `reduce_max`.
import type { ConformanceCase } from '../case.ts'

export const reduceMaxCases: readonly ConformanceCase[] = [
  { name: 'spatial axes, 2D', inputs: { x: [3, 4, 5] }, batch: 2, expression: 'x -> reduce_max' },
  {
    name: 'spatial axes, 3D, not kept',
    inputs: { x: [3, 2, 4, 5] },
    batch: 2,
    expression: 'x -> reduce_max(keep = false)',
  },
  { name: 'channels', inputs: { x: [5, 3, 4] }, batch: 2, expression: 'x -> reduce_max(axes = channel)' },
  {
    name: 'channels and width of an image that lies channels last',
    inputs: { x: [2, 4, 5] },
    batch: 2,
    expression: 'x -> conv(3, 3) -> reduce_max(axes = [channel, width], keep = false)',
  },
  {
    name: 'depth and width',
    inputs: { x: [2, 3, 4, 5] },
    batch: 2,
    expression: 'x -> reduce_max(axes = [depth, width])',
  },
  { name: 'no axes', inputs: { x: [2, 3] }, batch: 2, expression: 'x -> reduce_max(axes = [])' },
  {
    name: 'an axis of a table',
    inputs: { x: [3, 4] },
    batch: 2,
    expression: '[x, parameter([3, 4]) -> reduce_max(axes = [1])] -> add',
  },
  {
    name: 'elements that are equal',
    inputs: { x: [2, 4, 4] },
    batch: 2,
    expression: 'x -> clip(-0.5, 0.5) -> reduce_max(axes = [height, width])',
  },
]
