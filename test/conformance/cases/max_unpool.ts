// Cases of `max_unpool`.
import type { ConformanceCase } from '../case.ts'

export const maxUnpoolCases: readonly ConformanceCase[] = [
  {
    name: '1D',
    inputs: { x: [3, 4], image: [3, 8] },
    batch: 2,
    expression: 'max_unpool(x, image, 2)',
  },
  {
    name: '2D, an element left over',
    inputs: { x: [3, 3, 4], image: [3, 7, 8] },
    batch: 2,
    expression: 'max_unpool(x, image, 2)',
  },
  {
    name: '3D, kernel per axis',
    inputs: { x: [2, 3, 2, 2], image: [2, 3, 4, 6] },
    batch: 2,
    expression: 'max_unpool(x, image, [1, 2, 3])',
  },
  {
    name: '2D, stride beyond the kernel',
    inputs: { x: [2, 4, 3], image: [2, 11, 12] },
    expression: 'max_unpool(x, image, 2, stride = [3, 5])',
  },
  {
    name: '2D, padding',
    inputs: { x: [3, 3, 3], image: [3, 7, 8] },
    batch: 2,
    expression: 'max_unpool(x, image, 3, padding = 1)',
  },
  {
    name: '2D, ceil_mode with an incomplete window',
    inputs: { x: [2, 2, 3], image: [2, 6, 7] },
    expression: 'max_unpool(x, image, 3, ceil_mode = true)',
  },
  {
    name: '2D, ceil_mode with padding',
    inputs: { x: [2, 3, 3], image: [2, 7, 8] },
    expression: 'max_unpool(x, image, 3, padding = 1, ceil_mode = true)',
  },
  {
    name: '3D, padding and steps',
    inputs: { x: [2, 2, 3, 2], image: [2, 4, 7, 5] },
    expression: 'max_unpool(x, image, 2, stride = [3, 3, 4], padding = 1)',
  },
  {
    name: 'windows of 1',
    inputs: { x: [2, 4, 3], image: [2, 4, 3] },
    expression: 'max_unpool(x, image, 1)',
  },
  {
    name: 'windows of 1 in steps',
    inputs: { x: [2, 2, 2], image: [2, 4, 3] },
    expression: 'max_unpool(x, image, 1, stride = 2)',
  },
  {
    name: 'equal values, the first one',
    inputs: { x: [2, 2, 2], image: [2, 4, 4] },
    batch: 2,
    expression: 'max_unpool(x, image -> clip(min = 0, max = 0.5), 2)',
  },
  {
    name: 'of an image that was padded',
    inputs: { x: [2, 3, 3], image: [2, 5, 5] },
    expression: 'max_unpool(x, image -> pad(1, 1), 3, padding = 1)',
  },
  {
    name: 'beside its pool',
    inputs: { image: [3, 6, 4] },
    batch: 2,
    expression: 'max_unpool(image -> max_pool(2) -> scale(2), image, 2) + image',
  },
]
