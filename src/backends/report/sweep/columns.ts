// How the figures of one column of a sweep are written: counts and bytes by their unit, results with as many digits as the column needs.
import type { MetricData } from '../../../compiler/analysis/sweep/metrics.ts'
import { humanBytes, humanCount, largest, withSeparators } from '../../../compiler/text/numbers.ts'

export type Exactness = 'exact' | 'rounded'

export const unknown = 'unknown'
/** What was not measured. */
export const absent = '–'

type Cell = (value: number | null) => string

/** How each of the values is written. Made once for a column: how many digits there are depends on all of them. */
export function cellOf({ unit }: MetricData, values: readonly number[], exactness: Exactness): Cell {
  switch (unit) {
    case 'count':
      return numberCell(exactness === 'exact' ? withSeparators : humanCount)
    case 'bytes':
      return numberCell(exactness === 'exact' ? withSeparators : humanBytes)
    case 'result':
      return resultCell(values, exactness)
  }
}

const numberCell =
  (text: (value: number) => string): Cell =>
  (value) =>
    value === null ? unknown : text(value)

/** Digits after the point up to which a column has all of its points in one line. */
const mostDigits: Readonly<Record<Exactness, number>> = { exact: 12, rounded: 6 }

/** As many digits as the longest value has. Where these are too many, exact values are written as they are, and rounded ones shorter. */
function resultCell(values: readonly number[], exactness: Exactness): Cell {
  const longest = largest(values.map(fractionDigits))
  const most = mostDigits[exactness]
  const text = longest <= most ? padded(longest) : exactness === 'exact' ? String : rounded(most)
  return (value) => (value === null ? absent : text(value))
}

/** From here on numbers are written with an exponent, whatever is asked for. */
const withExponent = 1e21

/** Of the shortest decimal that is this number: 7 of `1e-7`, 3 of `0.125`. */
function fractionDigits(value: number): number {
  const [digits = '', exponent = '0'] = String(value).split('e')
  return Math.max(0, (digits.split('.')[1] ?? '').length - Number(exponent))
}

const padded =
  (digits: number) =>
  (value: number): string => {
    const own = fractionDigits(value)
    if (own >= digits || Math.abs(value) >= withExponent) return value.toFixed(own)
    return `${value.toFixed(own)}${own === 0 ? '.' : ''}${'0'.repeat(digits - own)}`
  }

const significant = 3

/** What is not 0 is not written as 0. */
const rounded =
  (digits: number) =>
  (value: number): string =>
    value !== 0 && Math.abs(value) < 10 ** -digits
      ? String(Number(value.toPrecision(significant)))
      : value.toFixed(digits)
