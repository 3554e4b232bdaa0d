// Numbers of elements: products of extents, kept as an integer times free factors, so that shapes with symbols can be compared exactly.
import { equalDims, formatFactor, scaleDim, type Dim, type Shape, type SymbolicDim } from '../ir/tensor.ts'

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
      factors.push(withoutContent(extent, common))
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

function gcd(a: number, b: number): number {
  return b === 0 ? a : gcd(b, a % b)
}

export function equalCounts(a: ElementCount, b: ElementCount): boolean {
  const left = dividedCount(a, b)
  return left !== undefined && left.number === 1 && left.factors.length === 0
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

/** The count as one extent, where at most one factor is free. */
export function extentOf({ number, factors }: ElementCount): Dim | undefined {
  const [first, ...more] = factors
  if (more.length > 0) return undefined
  return first === undefined ? number : scaleDim(first, number)
}

export function formatCount({ number, factors }: ElementCount): string {
  const [first, ...more] = factors
  if (first === undefined) return String(number)
  const lead = formatFactor(scaleDim(first, number))
  return [lead, ...more.map(formatFactor)].join('·')
}
