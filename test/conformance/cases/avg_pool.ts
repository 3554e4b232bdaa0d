// Cases of `avg_pool`.
import type { ConformanceCase } from '../case.ts'

export const avgPoolCases: readonly ConformanceCase[] = [
  { name: '1D', inputs: { x: [3, 8] }, batch: 2, expression: 'x -> avg_pool(2)' },
  { name: '1D, an element left over', inputs: { x: [3, 9] }, expression: 'x -> avg_pool(2)' },
  {
    name: '2D, stride below the kernel',
    inputs: { x: [3, 7, 8] },
    batch: 2,
    expression: 'x -> avg_pool(3, stride = 2)',
  },
  {
    name: '2D, stride beyond the kernel',
    inputs: { x: [2, 11, 12] },
    expression: 'x -> avg_pool(2, stride = [3, 5])',
  },
  {
    name: '2D, padding',
    inputs: { x: [3, 6, 7] },
    batch: 2,
    expression: 'x -> avg_pool(3, stride = 2, padding = 1)',
  },
  {
    name: '2D, kernel and padding per axis',
    inputs: { x: [2, 7, 8] },
    expression: 'x -> avg_pool([2, 4], stride = [2, 1], padding = [1, 2])',
  },
  {
    name: '2D, ceil_mode with an incomplete window',
    inputs: { x: [2, 6, 7] },
    batch: 2,
    expression: 'x -> avg_pool(3, stride = 2, ceil_mode = true)',
  },
  {
    name: '2D, ceil_mode with padding',
    inputs: { x: [2, 7, 8] },
    expression: 'x -> avg_pool(3, stride = 2, padding = 1, ceil_mode = true)',
  },
  {
    name: '2D, ceil_mode, a late window left out',
    inputs: { x: [2, 5, 5] },
    expression: 'x -> avg_pool(2, stride = 3, padding = 1, ceil_mode = true)',
  },
  {
    name: '2D, ceil_mode, stride beyond the kernel',
    inputs: { x: [2, 6, 9] },
    expression: 'x -> avg_pool(2, stride = 4, ceil_mode = true)',
  },
  {
    name: '2D, ceil_mode that changes nothing',
    inputs: { x: [2, 8, 8] },
    expression: 'x -> avg_pool(2, ceil_mode = true)',
  },
  {
    name: '2D, kernel 1, stride 2',
    inputs: { x: [2, 5, 6] },
    batch: 2,
    expression: 'x -> avg_pool(1, stride = 2)',
  },
  { name: '2D, the whole extent', inputs: { x: [3, 4, 5] }, batch: 2, expression: 'x -> avg_pool([4, 5])' },
  { name: '2D, extents of 1', inputs: { x: [3, 1, 1] }, batch: 2, expression: 'x -> avg_pool(1)' },
  { name: '3D', inputs: { x: [3, 4, 6, 8] }, batch: 2, expression: 'x -> avg_pool(2)' },
  { name: '3D, flat in depth', inputs: { x: [3, 4, 5, 6] }, expression: 'x -> avg_pool([1, 2, 2])' },
  {
    name: '3D, padding and stride per axis',
    inputs: { x: [2, 5, 6, 7] },
    batch: 2,
    expression: 'x -> avg_pool(3, stride = [1, 2, 3], padding = 1)',
  },
  { name: '3D, ceil_mode', inputs: { x: [2, 5, 6, 7] }, expression: 'x -> avg_pool(2, ceil_mode = true)' },
  {
    name: '2D, zeros not counted',
    inputs: { x: [2, 6, 7] },
    batch: 2,
    expression: 'x -> avg_pool(3, stride = 2, padding = 1, count_include_pad = false)',
  },
  {
    name: '2D, zeros not counted, ceil_mode',
    inputs: { x: [2, 7, 8] },
    batch: 2,
    expression: 'x -> avg_pool(3, stride = 2, padding = 1, ceil_mode = true, count_include_pad = false)',
  },
  {
    name: '2D, ceil_mode with padding counts up to the high padding',
    inputs: { x: [2, 6, 8] },
    batch: 2,
    expression: 'x -> avg_pool(4, stride = 3, padding = 2, ceil_mode = true)',
  },
  {
    name: '1D, ceil_mode with padding',
    inputs: { x: [2, 8] },
    batch: 2,
    expression: 'x -> avg_pool(3, stride = 2, padding = 1, ceil_mode = true)',
  },
  {
    name: '1D, zeros not counted',
    inputs: { x: [2, 8] },
    batch: 2,
    expression: 'x -> avg_pool(3, stride = 2, padding = 1, count_include_pad = false)',
  },
  {
    name: '3D, ceil_mode with padding',
    inputs: { x: [2, 6, 7, 8] },
    batch: 2,
    expression: 'x -> avg_pool(3, stride = [2, 2, 3], padding = [1, 0, 1], ceil_mode = true)',
  },
  {
    name: '3D, zeros not counted',
    inputs: { x: [2, 5, 6, 7] },
    expression: 'x -> avg_pool(3, stride = 2, padding = 1, ceil_mode = true, count_include_pad = false)',
  },
  {
    name: '2D, kernel beyond the extent',
    inputs: { x: [2, 2, 5] },
    expression: 'x -> avg_pool([4, 3], stride = 1, padding = [1, 1])',
  },
  {
    name: '3D, kernel beyond the extent, by hand',
    inputs: { x: [1, 1, 1, 2] },
    expression: 'x -> scale(0) -> sigmoid -> avg_pool([2, 1, 1], stride = 1, padding = [1, 0, 0])',
    byHand: [0.25, 0.25, 0.25, 0.25],
  },
  {
    name: '3D, kernel beyond the extent, zeros not counted, by hand',
    inputs: { x: [1, 1, 1, 2] },
    expression:
      'x -> scale(0) -> sigmoid -> avg_pool([2, 1, 1], stride = 1, padding = [1, 0, 0], count_include_pad = false)',
    byHand: [0.5, 0.5, 0.5, 0.5],
  },
  {
    name: '3D, kernel beyond two extents, by hand',
    inputs: { x: [1, 1, 2, 2] },
    expression: 'x -> scale(0) -> sigmoid -> avg_pool([2, 4, 1], stride = 1, padding = [1, 2, 0])',
    byHand: [0.125, 0.125, 0.125, 0.125, 0.125, 0.125, 0.125, 0.125, 0.125, 0.125, 0.125, 0.125],
  },
  {
    name: '2D, behind a pad as wide as the kernel',
    inputs: { x: [2, 5, 6] },
    expression: 'x -> pad([0, 2]) -> avg_pool([1, 2])',
  },
]
