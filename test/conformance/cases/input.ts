// Cases of `input`.
import type { ConformanceCase } from '../case.ts'

export const inputCases: readonly ConformanceCase[] = [
  { name: 'the output itself', inputs: { x: [3, 4, 5] }, batch: 2, expression: 'x' },
  { name: 'one axis', inputs: { x: [5] }, batch: 2, expression: 'x -> relu' },
  {
    name: 'two inputs of different shapes',
    inputs: { a: [2, 3], b: [4, 5, 6] },
    batch: 2,
    expression: '[a -> mean(axes = [0, 1], keep = false), b -> mean(axes = [0, 1, 2], keep = false)] -> sum',
  },
]
