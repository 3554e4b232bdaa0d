// Cases of `leaky_relu`.
import type { ConformanceCase } from '../case.ts'

export const leakyReluCases: readonly ConformanceCase[] = [
  { name: 'the default slope', inputs: { x: [3, 4, 5] }, batch: 2, expression: 'x -> leaky_relu' },
  { name: 'a slope', inputs: { x: [2, 3, 4, 5] }, batch: 2, expression: 'x -> leaky_relu(slope = 0.2)' },
  { name: 'a slope of 0', inputs: { x: [3, 9] }, expression: 'x -> leaky_relu(slope = 0)' },
  { name: 'a slope beyond 1', inputs: { x: [3, 9] }, expression: 'x -> leaky_relu(slope = 1.5)' },
  { name: 'all negative', inputs: { x: [3, 9] }, level: -3, expression: 'x -> leaky_relu' },
]
