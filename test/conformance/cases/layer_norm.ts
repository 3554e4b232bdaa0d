// Cases of `layer_norm`.
import type { ConformanceCase } from '../case.ts'

export const layerNormCases: readonly ConformanceCase[] = [
  { name: 'tokens', inputs: { x: [7, 6] }, batch: 2, expression: 'x -> layer_norm' },
  { name: 'without scale and shift', inputs: { x: [7, 6] }, expression: 'x -> layer_norm(affine = false)' },
  {
    name: 'the channels of an image',
    inputs: { x: [4, 5, 6] },
    batch: 2,
    expression: 'x -> layer_norm(axis = channel)',
  },
  {
    name: 'the height of an image, without scale and shift',
    inputs: { x: [3, 5, 6] },
    batch: 2,
    expression: 'x -> layer_norm(axis = height, affine = false)',
  },
  {
    name: 'the depth of a 3D image',
    inputs: { x: [3, 4, 5, 6] },
    batch: 2,
    expression: 'x -> layer_norm(axis = depth)',
  },
  { name: 'a great eps', inputs: { x: [7, 6] }, expression: 'x -> layer_norm(eps = 0.5)' },
  { name: 'one feature: the shift is left', inputs: { x: [3, 1] }, batch: 2, expression: 'x -> layer_norm' },
  { name: 'one axis', inputs: { x: [8] }, batch: 2, expression: 'x -> layer_norm' },
  {
    name: 'a table',
    inputs: { x: [4, 6] },
    batch: 2,
    expression: '[x, parameter([4, 6]) -> layer_norm] -> add',
  },
  {
    name: 'the first axis of a table',
    inputs: { x: [4, 6] },
    expression: '[x, parameter([4, 6]) -> layer_norm(axis = 0)] -> add',
  },
]
