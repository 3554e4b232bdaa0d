// Cases of `pad`.
import type { ConformanceCase } from '../case.ts'

export const padCases: readonly ConformanceCase[] = [
  { name: '1D', inputs: { x: [2, 5] }, batch: 2, expression: 'x -> pad(low = 2, high = 1)' },
  { name: '2D, one side', inputs: { x: [2, 3, 4] }, batch: 2, expression: 'x -> pad(high = [1, 2])' },
  {
    name: '2D, a value',
    inputs: { x: [2, 3, 4] },
    batch: 2,
    expression: 'x -> pad(low = [1, 0], high = [0, 3], value = -1.5)',
  },
  {
    name: '3D',
    inputs: { x: [2, 3, 2, 4] },
    batch: 2,
    expression: 'x -> pad(low = [1, 0, 2], high = [0, 1, 3])',
  },
  { name: '3D, a value', inputs: { x: [2, 1, 2, 1] }, expression: 'x -> pad(low = 1, high = 1, value = 7)' },
  { name: 'reflected, 1D', inputs: { x: [2, 5] }, batch: 2, expression: 'x -> pad(4, 2, mode = reflect)' },
  {
    name: 'reflected, 2D',
    inputs: { x: [2, 3, 4] },
    batch: 2,
    expression: 'x -> pad(low = [2, 0], high = [1, 3], mode = reflect)',
  },
  {
    name: 'reflected, 3D',
    inputs: { x: [2, 3, 2, 4] },
    batch: 2,
    expression: 'x -> pad(low = [1, 1, 0], high = [2, 1, 3], mode = reflect)',
  },
  {
    name: 'ends repeated, 1D',
    inputs: { x: [2, 3] },
    batch: 2,
    expression: 'x -> pad(4, 5, mode = replicate)',
  },
  {
    name: 'ends repeated, 2D',
    inputs: { x: [2, 1, 4] },
    batch: 2,
    expression: 'x -> pad(low = [2, 0], high = [1, 6], mode = replicate)',
  },
  {
    name: 'ends repeated, 3D',
    inputs: { x: [2, 3, 2, 4] },
    batch: 2,
    expression: 'x -> pad(low = [1, 0, 2], high = [0, 3, 1], mode = replicate)',
  },
  {
    name: 'of a table without batch',
    inputs: { x: [2, 3, 5] },
    batch: 2,
    expression: 'x + (parameter([2, 1, 2]) -> pad(low = [2, 1], high = [0, 2], value = 3))',
  },
  { name: 'nothing', inputs: { x: [2, 3, 4] }, batch: 2, expression: 'x -> pad' },
]
