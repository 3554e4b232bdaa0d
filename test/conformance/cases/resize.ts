// Cases of `resize`.
import type { ConformanceCase } from '../case.ts'

export const resizeCases: readonly ConformanceCase[] = [
  { name: 'nearest, size, 1D', inputs: { x: [2, 5] }, batch: 2, expression: 'x -> resize(size = 12)' },
  {
    name: 'nearest, size, down',
    inputs: { x: [2, 7, 9] },
    batch: 2,
    expression: 'x -> resize(size = [3, 4])',
  },
  { name: 'nearest, scale 2', inputs: { x: [3, 4, 5] }, batch: 2, expression: 'x -> resize(scale = 2)' },
  {
    name: 'nearest, scale 2, 3D',
    inputs: { x: [2, 3, 2, 4] },
    batch: 2,
    expression: 'x -> resize(scale = 2)',
  },
  {
    name: 'nearest, scale per axis',
    inputs: { x: [2, 3, 4, 2] },
    expression: 'x -> resize(scale = [1, 3, 2])',
  },
  {
    name: 'nearest, a scale that is not whole',
    inputs: { x: [2, 5, 7] },
    expression: 'x -> resize(scale = 1.5)',
  },
  {
    name: 'nearest, scale below 1',
    inputs: { x: [2, 5, 7] },
    batch: 2,
    expression: 'x -> resize(scale = 0.5)',
  },
  {
    name: 'nearest, a scale that gives a rounded extent',
    inputs: { x: [2, 5, 7] },
    expression: 'x -> resize(scale = [2.3, 1.3])',
  },
  {
    name: 'nearest, a scale that keeps the extent, 1D',
    inputs: { x: [2, 4] },
    expression: 'x -> resize(scale = 1.2)',
  },
  { name: 'nearest, to extents of 1', inputs: { x: [2, 5, 7] }, expression: 'x -> resize(size = 1)' },
  {
    name: 'nearest, from extents of 1',
    inputs: { x: [2, 1, 1] },
    batch: 2,
    expression: 'x -> resize(size = [3, 4])',
  },
  {
    name: 'linear, size, 1D',
    inputs: { x: [2, 5] },
    batch: 2,
    expression: 'x -> resize(size = 12, mode = linear)',
  },
  {
    name: 'linear, size, 2D',
    inputs: { x: [3, 4, 5] },
    batch: 2,
    expression: 'x -> resize(size = [7, 9], mode = linear)',
  },
  {
    name: 'linear, size, 3D',
    inputs: { x: [2, 3, 4, 5] },
    batch: 2,
    expression: 'x -> resize(size = [5, 7, 6], mode = linear)',
  },
  {
    name: 'linear, size, down',
    inputs: { x: [2, 9, 11] },
    batch: 2,
    expression: 'x -> resize(size = [4, 3], mode = linear)',
  },
  {
    name: 'linear, the same size',
    inputs: { x: [2, 4, 5] },
    expression: 'x -> resize(size = [4, 5], mode = linear)',
  },
  {
    name: 'linear, one axis alone',
    inputs: { x: [2, 4, 5] },
    expression: 'x -> resize(size = [8, 5], mode = linear)',
  },
  {
    name: 'linear, scale 2',
    inputs: { x: [3, 4, 5] },
    batch: 2,
    expression: 'x -> resize(scale = 2, mode = linear)',
  },
  {
    name: 'linear, scale 2, 3D',
    inputs: { x: [2, 3, 2, 4] },
    batch: 2,
    expression: 'x -> resize(scale = 2, mode = linear)',
  },
  {
    name: 'linear, scale per axis, 3D',
    inputs: { x: [2, 3, 2, 4] },
    expression: 'x -> resize(scale = [1, 2, 4], mode = linear)',
  },
  {
    name: 'linear, scale below 1',
    inputs: { x: [2, 8, 10] },
    batch: 2,
    expression: 'x -> resize(scale = 0.5, mode = linear)',
  },
  {
    name: 'linear, a scale that gives a rounded extent',
    inputs: { x: [2, 5, 7] },
    expression: 'x -> resize(scale = [2.3, 1.3], mode = linear)',
  },
  {
    name: 'linear, a scale below 1 that gives a rounded extent',
    inputs: { x: [2, 9, 11] },
    expression: 'x -> resize(scale = [0.6, 0.45], mode = linear)',
  },
  {
    name: 'linear, a scale that keeps the extent',
    inputs: { x: [2, 4, 3] },
    expression: 'x -> resize(scale = 1.2, mode = linear)',
  },
  {
    name: 'linear, to extents of 1',
    inputs: { x: [2, 5, 7] },
    expression: 'x -> resize(size = 1, mode = linear)',
  },
  {
    name: 'linear, from extents of 1',
    inputs: { x: [2, 1, 1] },
    batch: 2,
    expression: 'x -> resize(size = [3, 4], mode = linear)',
  },
  {
    name: 'corners, size, 1D',
    inputs: { x: [2, 5] },
    batch: 2,
    expression: 'x -> resize(size = 12, mode = linear, align_corners = true)',
  },
  {
    name: 'corners, size, 2D',
    inputs: { x: [3, 4, 5] },
    batch: 2,
    expression: 'x -> resize(size = [7, 9], mode = linear, align_corners = true)',
  },
  {
    name: 'corners, 3D, down and up',
    inputs: { x: [2, 5, 4, 3] },
    batch: 2,
    expression: 'x -> resize(size = [3, 7, 6], mode = linear, align_corners = true)',
  },
  {
    name: 'corners, scale',
    inputs: { x: [3, 4, 5] },
    batch: 2,
    expression: 'x -> resize(scale = 2, mode = linear, align_corners = true)',
  },
  {
    name: 'corners, a scale that gives a rounded extent',
    inputs: { x: [2, 5, 7] },
    expression: 'x -> resize(scale = [2.3, 1.3], mode = linear, align_corners = true)',
  },
  {
    name: 'corners, to extents of 1',
    inputs: { x: [2, 5, 7] },
    expression: 'x -> resize(size = [1, 3], mode = linear, align_corners = true)',
  },
  {
    name: 'corners, from extents of 1',
    inputs: { x: [2, 1, 4] },
    batch: 2,
    expression: 'x -> resize(size = [3, 4], mode = linear, align_corners = true)',
  },
  {
    name: 'nearest, down to a divisor that single precision misses',
    inputs: { x: [2, 21, 4] },
    expression: 'x -> resize(size = [3, 4])',
  },
  {
    name: 'linear, a scale that keeps the extent of one axis alone',
    inputs: { x: [2, 6, 4] },
    batch: 2,
    expression: 'x -> resize(scale = [2, 1.1], mode = linear)',
  },
]
