// Which of two extents is greater, whatever the symbols are: bounds of forms in symbols that are at least their declared multiples.
import {
  addDims,
  equalDims,
  factorsOf,
  scaleDim,
  subtractDims,
  valueAt,
  type Dim,
  type DimSymbol,
  type Factor,
  type SymbolicDim,
  type Unit,
} from './tensor.ts'

/**
 * A bound that the extent is never below: the least value that it can take where each symbol stands in it once. Unbounded where a
 * symbol has a negative coefficient.
 */
export function leastExtent(dim: Dim): number {
  return typeof dim === 'number' ? dim : Math.max(leastByTerms(dim), leastWithoutQuotient(dim))
}

const greatestExtent = (dim: Dim): number => -leastExtent(scaleDim(dim, -1))

/** Each term by itself. */
function leastByTerms({ terms, constant }: SymbolicDim): number {
  return terms.reduce(
    (sum, { symbol, coefficient }) =>
      sum + coefficient * (coefficient < 0 ? greatestUnit(symbol) : leastUnit(symbol)),
    constant,
  )
}

function leastUnit(unit: Unit): number {
  const least = factorsOf(unit).map(leastFactor)
  return least.length === 1 || least.every((one) => one >= 0) ? product(least) : -Infinity
}

function greatestUnit(unit: Unit): number {
  const factors = factorsOf(unit)
  if (factors.length > 1 && factors.some((one) => leastFactor(one) < 0)) return Infinity
  const greatest = factors.map((one) =>
    'dividend' in one ? floorOf(greatestExtent(one.dividend), one) : Infinity,
  )
  return greatest.includes(0) ? 0 : product(greatest)
}

const leastFactor = (one: Factor): number =>
  'dividend' in one ? floorOf(leastExtent(one.dividend), one) : leastCount(one)

const floorOf = (value: number, { divisor }: { readonly divisor: number }): number =>
  Math.floor(value / divisor)

/** The least number of its multiples that a symbol is. */
export const leastCount = ({ least = 1 }: DimSymbol): number => least

const product = (values: readonly number[]): number => values.reduce((all, one) => all * one, 1)

/**
 * With one quotient replaced by what it is nearest to: `(n - d + 1) / d <= floor(n / d) <= n / d`. So `7·⌈D/7⌉ - D` is found to be no
 * less than 0, which its terms alone do not tell.
 */
function leastWithoutQuotient(dim: SymbolicDim): number {
  const at = dim.terms.findIndex(({ symbol }) => 'dividend' in symbol)
  const { symbol, coefficient = 0 } = dim.terms[at] ?? {}
  if (symbol === undefined || !('dividend' in symbol)) return -Infinity
  const { dividend, divisor } = symbol
  const terms = dim.terms.toSpliced(at, 1)
  const rest: Dim = terms.length === 0 ? dim.constant : { ...dim, terms }
  const nearest = coefficient > 0 ? addDims(dividend, 1 - divisor) : dividend
  return Math.ceil(leastExtent(addDims(scaleDim(rest, divisor), scaleDim(nearest, coefficient))) / divisor)
}

/** Which of two extents is greater whatever the symbols are: `a`, `b`, or `equal`; `a or equal`, `b or equal` where they may meet. */
export type Order = 'a' | 'a or equal' | 'equal' | 'b or equal' | 'b'

/** Undefined where that depends on the symbols. */
export function orderOf(a: Dim, b: Dim): Order | undefined {
  const [ahead, behind] = [leastExtent(subtractDims(a, b)), leastExtent(subtractDims(b, a))]
  if (equalDims(a, b)) return 'equal'
  if (ahead >= 0) return ahead > 0 ? 'a' : 'a or equal'
  if (behind >= 0) return behind > 0 ? 'b' : 'b or equal'
  return undefined
}

/** Whether one of two extents is the greater wherever the symbols are large enough. */
export function isDecidedByGrowth(a: Dim, b: Dim): boolean {
  const difference = subtractDims(a, b)
  const isBounded = (one: Dim): boolean => leastExtent(one) > -Infinity
  return isBounded(difference) !== isBounded(scaleDim(difference, -1))
}

/** The least multiple with which the symbol of two extents keeps them apart, where one symbol decides. */
export function decidingMultiple(a: Dim, b: Dim): DimSymbol | undefined {
  const difference = subtractDims(a, b)
  if (typeof difference === 'number') return undefined
  const [term, ...others] = difference.terms
  if (term === undefined || others.length > 0 || 'kind' in term.symbol) return undefined
  const { symbol, coefficient } = term
  const times = Math.floor(-difference.constant / coefficient) + 1
  return times > 1 ? { name: symbol.name, multiple: symbol.multiple * times } : undefined
}

/** The value with each symbol at so many of its multiples, or at the least that it may be. */
export function extentAt(dim: Dim, multiples: number): number {
  return valueAt(dim, (symbol) => Math.max(multiples, leastCount(symbol)))
}
