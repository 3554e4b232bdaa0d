// Cases of `elu`.
import type { ConformanceCase } from '../case.ts'

export const eluCases: readonly ConformanceCase[] = [
  { name: 'the default', inputs: { x: [3, 4, 5] }, batch: 2, expression: 'x -> elu' },
  { name: 'an alpha', inputs: { x: [2, 3, 4, 5] }, batch: 2, expression: 'x -> elu(alpha = 0.5)' },
  { name: 'close to zero', inputs: { x: [3, 9] }, expression: 'x -> scale(0.00001) -> elu' },
  { name: 'all negative', inputs: { x: [3, 9] }, level: -30, expression: 'x -> elu' },
]
