// Cases of `mean`.
import type { ConformanceCase } from '../case.ts'

export const meanCases: readonly ConformanceCase[] = [
  { name: 'spatial axes, 1D', inputs: { x: [3, 7] }, batch: 2, expression: 'x -> mean' },
  { name: 'spatial axes, 2D', inputs: { x: [3, 4, 5] }, batch: 2, expression: 'x -> mean' },
  {
    name: 'spatial axes, 3D, not kept',
    inputs: { x: [3, 2, 4, 5] },
    batch: 2,
    expression: 'x -> mean(keep = false)',
  },
  { name: 'channels', inputs: { x: [5, 3, 4] }, batch: 2, expression: 'x -> mean(axes = [channel])' },
  {
    name: 'channels, not kept',
    inputs: { x: [5, 3, 4] },
    batch: 2,
    expression: 'x -> mean(axes = [channel], keep = false)',
  },
  {
    name: 'depth and width',
    inputs: { x: [2, 3, 4, 5] },
    batch: 2,
    expression: 'x -> mean(axes = [depth, width])',
  },
  {
    name: 'all axes, not kept',
    inputs: { x: [2, 3, 4] },
    batch: 2,
    expression: 'x -> mean(axes = [0, 1, 2], keep = false)',
  },
  {
    name: 'the first axis of tokens, not kept',
    inputs: { x: [6, 5] },
    batch: 2,
    expression: 'x -> mean(axes = [0], keep = false)',
  },
  { name: 'extents of 1', inputs: { x: [3, 1, 1] }, batch: 2, expression: 'x -> mean' },
  {
    name: 'weights of channels',
    inputs: { x: [3, 4, 5] },
    batch: 2,
    expression: '[x, x -> mean -> sigmoid] -> mul',
  },
  {
    name: 'an axis of a table',
    inputs: { x: [3, 4] },
    batch: 2,
    expression: '[x, parameter([3, 4]) -> mean(axes = [1])] -> add',
  },
]
