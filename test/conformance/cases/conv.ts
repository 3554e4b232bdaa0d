// Cases of `conv`.
import type { ConformanceCase } from '../case.ts'

export const convCases: readonly ConformanceCase[] = [
  { name: '1D, odd extent', inputs: { x: [3, 11] }, expression: 'x -> conv(4, 3)' },
  {
    name: '1D, stride 2, batch 2',
    inputs: { x: [3, 11] },
    batch: 2,
    expression: 'x -> conv(4, 3, stride = 2)',
  },
  {
    name: '1D, dilation 3, no bias',
    inputs: { x: [2, 13] },
    expression: 'x -> conv(3, 3, dilation = 3, bias = false)',
  },
  {
    name: '1D, even kernel, same padding',
    inputs: { x: [2, 9] },
    expression: 'x -> conv(3, 4, padding = same)',
  },
  {
    name: '1D, even kernel, same padding, dilation',
    inputs: { x: [2, 9] },
    expression: 'x -> conv(3, 2, padding = same, dilation = 3)',
  },
  { name: '2D, half padding of an even kernel', inputs: { x: [2, 7, 6] }, expression: 'x -> conv(3, 4)' },
  {
    name: '2D, valid',
    inputs: { x: [3, 7, 8] },
    batch: 2,
    expression: 'x -> conv(5, [3, 2], padding = valid)',
  },
  { name: '2D, kernel 1', inputs: { x: [5, 4, 3] }, batch: 2, expression: 'x -> conv(2, 1)' },
  {
    name: '2D, kernel 1, stride 2 leaves elements out',
    inputs: { x: [3, 6, 7] },
    expression: 'x -> conv(4, 1, stride = 2)',
  },
  {
    name: '2D, stride per axis and asymmetric padding',
    inputs: { x: [3, 8, 9] },
    expression: 'x -> conv(4, 3, stride = [2, 3], padding = [[0, 1], [2, 0]])',
  },
  {
    name: '2D, padding on one side alone',
    inputs: { x: [2, 5, 5] },
    batch: 2,
    expression: 'x -> conv(2, 3, padding = [[2, 0], [0, 2]])',
  },
  { name: '2D, groups', inputs: { x: [6, 7, 5] }, batch: 2, expression: 'x -> conv(4, 3, groups = 2)' },
  { name: '2D, depthwise', inputs: { x: [5, 6, 7] }, batch: 2, expression: 'x -> conv(5, 3, groups = 5)' },
  {
    name: '2D, depthwise with two results per channel',
    inputs: { x: [4, 6, 7] },
    expression: 'x -> conv(8, 3, groups = 4, bias = false)',
  },
  {
    name: '2D, groups, stride and dilation',
    inputs: { x: [6, 11, 12] },
    expression: 'x -> conv(9, 3, stride = 2, dilation = 2, groups = 3)',
  },
  {
    name: '2D, padding wider than the kernel',
    inputs: { x: [2, 3, 4] },
    expression: 'x -> conv(3, 3, padding = [[4, 3], [3, 5]])',
  },
  {
    name: '2D, kernel wider than the extent',
    inputs: { x: [2, 3, 4] },
    batch: 2,
    expression: 'x -> conv(3, 7, padding = 3)',
  },
  {
    name: '2D, stride beyond the kernel',
    inputs: { x: [2, 11, 13] },
    expression: 'x -> conv(3, 2, stride = [4, 5])',
  },
  { name: '2D, wide rows', inputs: { x: [2, 3, 300] }, expression: 'x -> conv(3, 3)' },
  { name: '2D, many channels', inputs: { x: [70, 5, 6] }, expression: 'x -> conv(33, 3)' },
  { name: '3D', inputs: { x: [3, 5, 6, 7] }, batch: 2, expression: 'x -> conv(4, 3)' },
  {
    name: '3D, stride 2, asymmetric padding',
    inputs: { x: [3, 5, 7, 6] },
    batch: 2,
    expression: 'x -> conv(4, 3, stride = 2, padding = [[1, 0], [0, 2], [1, 1]])',
  },
  {
    name: '3D, kernel flat in depth',
    inputs: { x: [4, 3, 6, 5] },
    batch: 2,
    expression: 'x -> conv(5, [1, 3, 3])',
  },
  { name: '3D, kernel 5', inputs: { x: [2, 6, 5, 7] }, expression: 'x -> conv(3, 5)' },
  {
    name: '3D, kernel per axis, dilation per axis',
    inputs: { x: [2, 8, 9, 7] },
    expression: 'x -> conv(3, [3, 1, 2], dilation = [2, 1, 3], padding = [1, 0, 2])',
  },
  {
    name: '3D, groups and stride per axis',
    inputs: { x: [4, 4, 7, 6] },
    batch: 2,
    expression: 'x -> conv(6, 3, stride = [1, 2, 3], groups = 2)',
  },
  { name: '3D, extents of 1', inputs: { x: [3, 1, 1, 1] }, batch: 2, expression: 'x -> conv(4, 3)' },
  { name: '3D, depth of 1', inputs: { x: [3, 1, 6, 5] }, expression: 'x -> conv(4, 3, stride = [1, 2, 2])' },
  {
    name: '1D, the only window lies in the padding',
    inputs: { x: [2, 2] },
    expression: 'x -> conv(3, 1, stride = 20, padding = 5)',
  },
  {
    name: '2D, windows in the padding of one axis alone',
    inputs: { x: [2, 2, 6] },
    batch: 2,
    expression: 'x -> conv(3, 3, stride = [20, 2], padding = [[5, 5], [1, 1]])',
  },
  {
    name: '2D, windows on both sides of the image',
    inputs: { x: [2, 2, 2] },
    expression: 'x -> conv(3, [1, 2], stride = [7, 1], padding = [[3, 3], [2, 2]], dilation = [1, 4])',
  },
  {
    name: '2D, depthwise, the only window lies in the padding',
    inputs: { x: [3, 2, 3] },
    expression: 'x -> conv(3, 2, stride = 20, padding = 6, groups = 3)',
  },
  {
    name: '3D, groups, windows in the padding of each axis',
    inputs: { x: [4, 2, 3, 4] },
    expression:
      'x -> conv(4, [1, 2, 1], stride = [20, 1, 20], padding = [[5, 5], [2, 2], [9, 9]], groups = 2)',
  },
]
