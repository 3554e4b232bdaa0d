// Cases of `gaussian_noise`.
import type { ConformanceCase } from '../case.ts'

export const gaussianNoiseCases: readonly ConformanceCase[] = [
  {
    name: 'the identity in inference',
    inputs: { x: [3, 4, 5] },
    batch: 2,
    expression: 'x -> gaussian_noise',
  },
  {
    name: 'between layers',
    inputs: { x: [5, 4] },
    batch: 2,
    expression: 'x -> linear(3) -> gaussian_noise(0.5) -> relu',
  },
  {
    name: 'a table',
    inputs: { x: [3, 4] },
    batch: 2,
    expression: 'x + (parameter([3, 4]) -> gaussian_noise(2))',
  },
]
