// Cases of `conv_transpose`.
import type { ConformanceCase } from '../case.ts'

export const convTransposeCases: readonly ConformanceCase[] = [
  {
    name: '1D, stride 2',
    inputs: { x: [3, 5] },
    batch: 2,
    expression: 'x -> conv_transpose(4, 2, stride = 2)',
  },
  {
    name: '1D, gaps: stride beyond the kernel',
    inputs: { x: [2, 5] },
    expression: 'x -> conv_transpose(3, 2, stride = 3)',
  },
  {
    name: '1D, output padding beyond the stride, below the dilation',
    inputs: { x: [2, 5] },
    expression: 'x -> conv_transpose(3, 2, stride = 1, dilation = 3, output_padding = 2)',
  },
  {
    name: '2D, kernel = stride',
    inputs: { x: [4, 3, 5] },
    batch: 2,
    expression: 'x -> conv_transpose(3, 2, stride = 2)',
  },
  {
    name: '2D, overlapping, padding and output padding',
    inputs: { x: [3, 4, 5] },
    batch: 2,
    expression: 'x -> conv_transpose(4, 3, stride = 2, padding = 1, output_padding = 1)',
  },
  { name: '2D, stride 1', inputs: { x: [3, 4, 5] }, expression: 'x -> conv_transpose(2, 3)' },
  {
    name: '2D, no bias',
    inputs: { x: [3, 4, 5] },
    expression: 'x -> conv_transpose(2, [2, 3], stride = [2, 3], bias = false)',
  },
  {
    name: '2D, groups',
    inputs: { x: [6, 4, 3] },
    batch: 2,
    expression: 'x -> conv_transpose(4, 3, stride = 2, groups = 2)',
  },
  {
    name: '2D, depthwise, no bias',
    inputs: { x: [4, 3, 3] },
    expression: 'x -> conv_transpose(4, 4, stride = 2, padding = 1, groups = 4, bias = false)',
  },
  {
    name: '2D, dilation per axis',
    inputs: { x: [3, 4, 5] },
    expression: 'x -> conv_transpose(2, 3, stride = [2, 1], dilation = [1, 2], padding = [0, 1])',
  },
  {
    name: '2D, output padding per axis',
    inputs: { x: [2, 4, 5] },
    expression: 'x -> conv_transpose(3, 3, stride = [3, 2], padding = [1, 0], output_padding = [2, 1])',
  },
  {
    name: '2D, padding that cuts whole taps off',
    inputs: { x: [2, 4, 4] },
    batch: 2,
    expression: 'x -> conv_transpose(2, 2, stride = 2, padding = 2)',
  },
  {
    name: '2D, output padding beyond every window',
    inputs: { x: [2, 3, 3] },
    expression: 'x -> conv_transpose(2, 1, stride = 3, output_padding = 2)',
  },
  {
    name: '3D, 2×2×2',
    inputs: { x: [4, 2, 3, 4] },
    batch: 2,
    expression: 'x -> conv_transpose(3, 2, stride = 2)',
  },
  {
    name: '3D, flat in depth',
    inputs: { x: [4, 3, 2, 3] },
    expression: 'x -> conv_transpose(3, [1, 2, 2], stride = [1, 2, 2])',
  },
  {
    name: '3D, padding, output padding, dilation and groups',
    inputs: { x: [4, 3, 4, 3] },
    batch: 2,
    expression:
      'x -> conv_transpose(6, 3, stride = [2, 2, 1], padding = [1, 0, 1], output_padding = [1, 0, 0], dilation = [1, 1, 2], groups = 2)',
  },
  {
    name: '3D, extents of 1',
    inputs: { x: [3, 1, 1, 1] },
    batch: 2,
    expression: 'x -> conv_transpose(2, 2, stride = 2)',
  },
  {
    name: '3D, many channels',
    inputs: { x: [40, 2, 3, 3] },
    expression: 'x -> conv_transpose(37, 2, stride = 2)',
  },
  {
    name: '1D, what is left is bias alone',
    inputs: { x: [2, 1] },
    expression: 'x -> conv_transpose(3, 1, stride = 20, padding = 5, output_padding = 12)',
  },
  {
    name: '2D, what is left of one axis is bias alone',
    inputs: { x: [2, 1, 3] },
    batch: 2,
    expression: 'x -> conv_transpose(3, 2, stride = [20, 2], padding = [5, 0], output_padding = [10, 0])',
  },
  {
    name: '3D, depthwise, what is left is bias alone',
    inputs: { x: [3, 1, 2, 1] },
    expression:
      'x -> conv_transpose(3, 1, stride = [20, 2, 20], padding = [5, 0, 5], output_padding = [12, 0, 12], groups = 3)',
  },
]
