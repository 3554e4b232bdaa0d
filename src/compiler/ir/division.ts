// Quotients of extents: exact where they have a form, with a floor where they have none.
import {
  addDims,
  build,
  constantOf,
  equalDims,
  factorsOf,
  formatTerm,
  gcd,
  productOf,
  scaleDim,
  termsOf,
  withoutPlus,
  type Dim,
  type DimSymbol,
  type Factor,
  type Quotient,
  type SymbolicDim,
  type Terms,
} from './tensor.ts'

/** `floor(dim / divisor)` without a floor; undefined where a symbol's declared multiple does not let the symbolic part divide. */
export function floorDivide(dim: Dim, divisor: number): Dim | undefined {
  if (typeof dim === 'number') return Math.floor(dim / divisor)
  if (dim.terms.some((term) => term.coefficient % divisor !== 0)) return undefined
  const terms = dim.terms.map((term) => ({ symbol: term.symbol, coefficient: term.coefficient / divisor }))
  return build(terms, Math.floor(dim.constant / divisor))
}

/** `floor(dim / divisor)` by a positive divisor: what divides in front, of the rest a quotient. */
export function quotientOf(dim: Dim, divisor: number): Dim {
  if (typeof dim === 'number') return Math.floor(dim / divisor)
  const isWhole = ({ coefficient }: Terms[number]): boolean => coefficient % divisor === 0
  const steps = Math.floor(dim.constant / divisor)
  const whole = build(
    dim.terms.filter(isWhole).map((term) => ({ ...term, coefficient: term.coefficient / divisor })),
    steps,
  )
  const rest = dim.terms.filter((term) => !isWhole(term))
  if (rest.length === 0) return whole
  const common = rest.reduce((all, { coefficient }) => gcd(all, Math.abs(coefficient)), divisor)
  const terms = rest.map((term) => ({ ...term, coefficient: term.coefficient / common }))
  const constant = Math.floor((dim.constant - steps * divisor) / common)
  const symbol = quotient({ kind: 'symbolic', terms, constant }, divisor / common)
  return addDims(whole, { kind: 'symbolic', terms: [{ symbol, coefficient: 1 }], constant: 0 })
}

/** Named as one reads it: `⌈D/14⌉` for `⌊(D + 13)/14⌋`. */
function quotient(dividend: SymbolicDim, divisor: number): Quotient {
  const roundsUp = dividend.constant === divisor - 1
  const parts = dividend.terms.map(({ symbol, coefficient }) =>
    formatTerm({ symbol: { name: symbol.name, multiple: symbol.multiple * divisor }, coefficient }),
  )
  const left = roundsUp || dividend.constant === 0 ? '' : ` + ${dividend.constant}/${divisor}`
  const text = withoutPlus(parts.join('')) + left
  const name = roundsUp ? `⌈${text}⌉` : `⌊${text}⌋`
  return { kind: 'quotient', name, multiple: 1, dividend, divisor }
}

/** `a / b` where that is whole for every size: `b` divides each term, or `a` is so many times `b`. */
export function divideDims(a: Dim, b: Dim): Dim | undefined {
  if (typeof b === 'number')
    return b !== 0 &&
      [constantOf(a), ...termsOf(a).map((term) => term.coefficient)].every((one) => one % b === 0)
      ? floorDivide(a, b)
      : undefined
  const [first] = b.terms
  const times = termsOf(a).find(({ symbol }) => symbol.name === first?.symbol.name)
  const ratio = (times?.coefficient ?? 0) / (first?.coefficient ?? 1)
  if (Number.isInteger(ratio) && equalDims(a, scaleDim(b, ratio))) return ratio
  return b.terms.length === 1 && b.constant === 0 && first !== undefined && constantOf(a) === 0
    ? dividedTerms(termsOf(a), first)
    : undefined
}

function dividedTerms(terms: Terms, by: Terms[number]): Dim | undefined {
  const found: Terms[number][] = []
  let constant = 0
  for (const { symbol, coefficient } of terms) {
    const left = withoutFactors(factorsOf(symbol), factorsOf(by.symbol))
    if (left === undefined || coefficient % by.coefficient !== 0) return undefined
    if (left.length === 0) constant += coefficient / by.coefficient
    else found.push({ symbol: productOf(left), coefficient: coefficient / by.coefficient })
  }
  return build(found, constant)
}

function withoutFactors(all: readonly Factor[], taken: readonly Factor[]): readonly Factor[] | undefined {
  let left = all
  for (const { name } of taken) {
    const at = left.findIndex((one) => one.name === name)
    if (at < 0) return undefined
    left = left.toSpliced(at, 1)
  }
  return left
}

/** The multiple that a symbol must be declared to have for `floorDivide(dim, divisor)` to exist; undefined where it exists already, or no symbol is to blame. */
export function neededMultiple(dim: Dim, divisor: number): DimSymbol | undefined {
  const term = termsOf(dim).find((one) => one.coefficient % divisor !== 0)
  if (term === undefined) return undefined
  const { symbol, coefficient } = term
  if ('kind' in symbol) return undefined
  return { name: symbol.name, multiple: (symbol.multiple * divisor) / gcd(Math.abs(coefficient), divisor) }
}
