// Cases of `scan`.
import type { ConformanceCase } from '../case.ts'

export const scanCases: readonly ConformanceCase[] = [
  {
    name: 'tokens, a power of two',
    inputs: { a: [8, 3], b: [8, 3] },
    batch: 2,
    expression: 'scan(a -> sigmoid, b, axis = 0)',
  },
  {
    name: 'tokens, an odd number',
    inputs: { a: [7, 3], b: [7, 3] },
    batch: 2,
    expression: 'scan(a -> sigmoid, b, axis = 0)',
  },
  {
    name: 'from the end',
    inputs: { a: [11, 2], b: [11, 2] },
    batch: 2,
    expression: 'scan(a -> tanh, b, axis = 0, reverse = true)',
  },
  {
    name: 'the last axis',
    inputs: { a: [3, 6], b: [3, 6] },
    batch: 2,
    expression: 'scan(a -> sigmoid, b, axis = -1)',
  },
  {
    name: 'the height of an image that lies channels last, from the end',
    inputs: { x: [2, 5, 4] },
    batch: 2,
    expression: 'scan(x -> conv(2, 1) -> sigmoid, x -> conv(2, 3), axis = height, reverse = true)',
  },
  {
    name: 'states of several numbers',
    inputs: { a: [2, 9, 3, 2], b: [2, 9, 3, 2] },
    batch: 2,
    expression: 'scan(a -> sigmoid, b, axis = 1)',
  },
  { name: 'one step', inputs: { a: [1, 3], b: [1, 3] }, batch: 2, expression: 'scan(a, b, axis = 0)' },
  {
    name: 'two steps from the end',
    inputs: { a: [2, 3], b: [2, 3] },
    batch: 2,
    expression: 'scan(a, b, axis = 0, reverse = true)',
  },
  {
    name: 'tables',
    inputs: { x: [5, 2] },
    batch: 2,
    expression: 'x + scan(parameter([5, 2]) -> sigmoid, parameter([5, 2]), axis = 0)',
  },
]
