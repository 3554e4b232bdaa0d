// What the numbers of one tensor are like, in three numbers.
import type { Numbers } from './weights.ts'

export interface Statistics {
  readonly mean: number
  /** Of the population. */
  readonly std: number
  /** Share of the numbers that are not zero. */
  readonly nonzero: number
}

/** Two passes, so that a large mean does not swallow a small deviation. Of no numbers, zeros. */
export function statisticsOf(numbers: Numbers): Statistics {
  const count = Math.max(1, numbers.length)
  let sum = 0
  let nonzero = 0
  for (const one of numbers) {
    sum += one
    if (one !== 0) nonzero += 1
  }
  const mean = sum / count
  let squares = 0
  for (const one of numbers) squares += (one - mean) ** 2
  return { mean, std: Math.sqrt(squares / count), nonzero: nonzero / count }
}
