// Cases of `parameter`.
import type { ConformanceCase } from '../case.ts'

export const parameterCases: readonly ConformanceCase[] = [
  {
    name: 'a position embedding',
    inputs: { x: [6, 4] },
    batch: 2,
    expression: '[x, parameter([6, 4], init = trunc_normal(0.02))] -> add',
  },
  {
    name: 'a class token, repeated over the batch by adding',
    inputs: { x: [5, 4] },
    batch: 2,
    expression: '[x, parameter([1, 4])] -> add',
  },
  {
    name: 'a table of one element',
    inputs: { x: [5, 4] },
    batch: 2,
    expression: '[x, parameter([1])] -> mul',
  },
  {
    name: 'used twice',
    inputs: { x: [5, 4] },
    batch: 2,
    expression: '[[x, parameter([5, 4])] -> add, parameter([5, 4])] -> mul',
  },
  {
    name: 'through a layer of its own',
    inputs: { x: [5, 3] },
    batch: 2,
    expression: '[x, parameter([5, 4]) -> linear(3) -> gelu] -> add',
  },
]
