// Numbers of elements: products of extents, kept as an integer times free factors, so that shapes with symbols can be compared exactly.
import {
  equalDims,
  factorsOf,
  formatFactor,
  gcd,
  multiplyDims,
  scaleDim,
  type Dim,
  type Shape,
  type SymbolicDim,
} from '../ir/tensor.ts'

/** `number · Π factors`; a factor has no common integer divisor. */
export interface ElementCount {
  readonly number: number
  readonly factors: readonly SymbolicDim[]
}

export function countOf(shape: Shape): ElementCount {
  let number = 1
  const factors: SymbolicDim[] = []
  for (const extent of shape) {
    if (typeof extent === 'number') {
      number *= extent
    } else {
      const common = content(extent)
      number *= common
      factors.push(...partsOf(withoutContent(extent, common)))
    }
  }
  return { number, factors }
}

/** The greatest integer that divides every coefficient. */
function content({ terms, constant }: SymbolicDim): number {
  return terms.reduce((common, { coefficient }) => gcd(common, Math.abs(coefficient)), Math.abs(constant))
}

function withoutContent(extent: SymbolicDim, common: number): SymbolicDim {
  const terms = extent.terms.map(({ symbol, coefficient }) => ({ symbol, coefficient: coefficient / common }))
  return { kind: 'symbolic', terms, constant: extent.constant / common }
}

/** A product of symbols as one factor for each. */
function partsOf(extent: SymbolicDim): readonly SymbolicDim[] {
  const [first, ...more] = extent.terms
  if (first === undefined || more.length > 0 || extent.constant !== 0) return [extent]
  return factorsOf(first.symbol).map((symbol) => ({ ...extent, terms: [{ symbol, coefficient: 1 }] }))
}

/** Equal for every size, however the products are grouped. */
export function equalCounts(a: ElementCount, b: ElementCount): boolean {
  const left = dividedCount(a, b)
  if (left !== undefined) return left.number === 1 && left.factors.length === 0
  const [one, other] = [extentOf(a), extentOf(b)]
  return one !== undefined && other !== undefined && equalDims(one, other)
}

/** `a / b` where it is whole for every size. */
export function dividedCount(a: ElementCount, b: ElementCount): ElementCount | undefined {
  if (b.number === 0 || a.number % b.number !== 0) return undefined
  const factors = [...a.factors]
  for (const factor of b.factors) {
    const at = factors.findIndex((one) => equalDims(one, factor))
    if (at < 0) return undefined
    factors.splice(at, 1)
  }
  return { number: a.number / b.number, factors }
}

/** The count as one extent; undefined where the product is too large for a form. */
export function extentOf({ number, factors }: ElementCount): Dim | undefined {
  return factors.reduce<Dim | undefined>(
    (all, one) => (all === undefined ? all : multiplyDims(all, one)),
    number,
  )
}

export function formatCount({ number, factors }: ElementCount): string {
  const [first, ...more] = factors
  if (first === undefined) return String(number)
  const lead = formatFactor(scaleDim(first, number))
  return [lead, ...more.map(formatFactor)].join('·')
}
