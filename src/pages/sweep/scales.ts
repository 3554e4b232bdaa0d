// Values on axes: divided by the unit that suits the largest, so that ticks are short and the unit stands once.
import type { MetricData } from '../../compiler/analysis/sweep/metrics.ts'
import { largest } from '../../compiler/text/numbers.ts'
import { missing } from '../numbers.ts'

export interface Scale {
  /** `MACs (G)`. */
  readonly label: string
  of(value: number): number
}

const decimal = ['', 'K', 'M', 'G', 'T', 'P'] as const
const binary = ['bytes', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB'] as const

export function scaleOf({ title, unit }: MetricData, values: readonly number[]): Scale {
  if (unit === 'result') return { label: title, of: (value) => value }
  const [base, units] = unit === 'bytes' ? ([1024, binary] as const) : ([1000, decimal] as const)
  let power = 0
  for (let most = largest(values); most >= base && power < units.length - 1; most /= base) power += 1
  const word = units[power] ?? ''
  return {
    label: word === '' ? title : `${title} (${word})`,
    of: (value) => value / base ** power,
  }
}

/** `0.8`, `1.5`, `120`: ticks of numbers that are small already. */
export function shortNumber(value: number): string {
  return Number.isFinite(value) ? String(Number(value.toPrecision(6))) : missing
}

const longest = 22

/** A value where room is short: both ends of a list tell the most. */
export function shortValue(text: string): string {
  const half = Math.floor((longest - 1) / 2)
  return text.length <= longest ? text : `${text.slice(0, half)}…${text.slice(text.length - half)}`
}
