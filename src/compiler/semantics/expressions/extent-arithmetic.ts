// Operators on extents one of which has symbols: exact, or decided for all that the symbols may be, or a problem.
import { isProblem, problem, type Problem } from '../../diagnostics/diagnostic.ts'
import { decidingMultiple, isDecidedByGrowth, leastExtent, orderOf, type Order } from '../../ir/bounds.ts'
import { divideDims, floorDivide, neededMultiple, quotientOf } from '../../ir/division.ts'
import {
  addDims,
  formatDim,
  multiplyDims,
  scaleDim,
  subtractDims,
  type Dim,
  type SymbolicDim,
} from '../../ir/tensor.ts'
import type { BinaryOperator } from '../../syntax/ast.ts'

/** Undefined where the operator has no meaning for extents. */
export function extentArithmetic(
  operator: Exclude<BinaryOperator, 'and' | 'or'>,
  a: Dim,
  b: Dim,
): Dim | boolean | Problem | undefined {
  switch (operator) {
    case '+':
      return addDims(a, b)
    case '-':
      return subtractDims(a, b)
    case '*':
      return multiplyDims(a, b) ?? noProduct('*', [a, b])
    case '/':
      return b === 0 ? undefined : (divided(a, b) ?? unknownQuotient(a, b))
    case 'div':
      return b === 0 ? undefined : roundedDown(a, b)
    case '%':
      return b === 0 ? undefined : remainder(a, b)
    case '<':
    case '<=':
    case '>':
    case '>=':
      return compared(operator, a, b)
    case '==':
    case '!=':
    case '^':
      return undefined
  }
}

type Comparison = '<' | '<=' | '>' | '>='

/** Decided where it holds, or does not, whatever the symbols are. */
function compared(operator: Comparison, a: Dim, b: Dim): boolean | Problem {
  const order = orderOf(a, b)
  return (order === undefined ? undefined : outcomes[operator][order]) ?? undecided(a, b)
}

const outcomes: Readonly<Record<Comparison, Readonly<Record<Order, boolean | undefined>>>> = {
  '<': { a: false, 'a or equal': false, equal: false, 'b or equal': undefined, b: true },
  '<=': { a: false, 'a or equal': undefined, equal: true, 'b or equal': true, b: true },
  '>': { a: true, 'a or equal': undefined, equal: false, 'b or equal': false, b: false },
  '>=': { a: true, 'a or equal': true, equal: true, 'b or equal': undefined, b: false },
}

/** The problem of two extents either of which may be the greater. */
export function undecided(a: Dim, b: Dim): Problem {
  const texts = { a: formatDim(a), b: formatDim(b) }
  return isDecidedByGrowth(a, b)
    ? problem('extent-undecided', { ...texts, symbol: decidingMultiple(a, b) })
    : problem('extents-incomparable', texts)
}

/** The problem of a product that is too large for a form. */
export function noProduct(operator: string, factors: readonly Dim[]): Problem {
  const text = factors.map(formatDim).map((one) => (one.includes(' ') ? `(${shortened(one)})` : one))
  return problem('extent-not-affine', { operator, extent: text.join(' · ') })
}

/** A form that is too long to be read, by its beginning. */
const shortened = (text: string): string => (text.length > 48 ? `${text.slice(0, 48)}…` : text)

const divided = (a: Dim, b: Dim): Dim | undefined =>
  typeof b === 'number' ? floorDivide(a, b) : divideDims(a, b)

/** A symbol that is not known to divide: says which multiple it would have to be. */
function unknownQuotient(a: Dim, b: Dim): Problem {
  const symbol = typeof b === 'number' ? neededMultiple(a, b) : undefined
  return problem('symbol-not-divisible', { extent: formatDim(a), divisor: formatDim(b), symbol })
}

/** By a number always; by an extent where `0 <= a - b · n < b` for some whole n, whatever the symbols are. */
function roundedDown(a: Dim, b: Dim): Dim | Problem {
  if (typeof b === 'number') return b > 0 ? quotientOf(a, b) : quotientOf(scaleDim(a, -1), -b)
  const exact = divideDims(a, b)
  if (exact !== undefined) return exact
  const times = timesWithin(a, b)
  const rest = subtractDims(a, scaleDim(b, times))
  if (leastExtent(rest) < 0) return undecided(a, scaleDim(b, times))
  return orderOf(rest, b) === 'b' ? times : undecided(rest, b)
}

/** How often `b` is in `a` where the symbols are large. */
function timesWithin(a: Dim, b: SymbolicDim): number {
  const [first] = b.terms
  const terms = typeof a === 'number' ? [] : a.terms
  const own = terms.find(({ symbol }) => symbol.name === first?.symbol.name)
  return Math.floor((own?.coefficient ?? 0) / (first?.coefficient ?? 1))
}

function remainder(a: Dim, b: Dim): Dim | Problem {
  const quotient = roundedDown(a, b)
  if (isProblem(quotient)) return quotient
  const multiple = multiplyDims(quotient, b)
  return multiple === undefined ? noProduct('%', [quotient, b]) : subtractDims(a, multiple)
}
