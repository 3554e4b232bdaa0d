// Extents, shapes and tensor types. An extent is an integer or an exact form in named symbols; it is never guessed.
// Shapes leave the batch out: it is symbolic, and leads every batched tensor.

/** A free spatial extent, declared to be a positive multiple of `multiple`: of so many at least, or of one. */
export interface DimSymbol {
  readonly name: string
  readonly multiple: number
  readonly least?: number
}

/** `floor(dividend / divisor)` where that has no form without a floor. The dividend has no part that divides. */
export interface Quotient {
  readonly kind: 'quotient'
  readonly name: string
  readonly multiple: 1
  readonly dividend: SymbolicDim
  readonly divisor: number
}

/** A product of symbols and quotients, sorted by name; each counts in its multiples. */
export interface Product {
  readonly kind: 'product'
  readonly name: string
  readonly multiple: number
  readonly factors: readonly Factor[]
}

export type Factor = DimSymbol | Quotient
/** What forms are sums of. Two of one name are one. */
export type Unit = Factor | Product

/** `constant + Σ coefficient · (symbol / symbol.multiple)`, with integer coefficients; terms sorted by name, none zero, at least one. */
export interface SymbolicDim {
  readonly kind: 'symbolic'
  readonly terms: readonly { readonly symbol: Unit; readonly coefficient: number }[]
  readonly constant: number
}

export type Dim = number | SymbolicDim
/** Channels first, without the batch: `[C, D, H, W]`, `[C, H, W]`, or `[L, C]` for tokens. */
export type Shape = readonly Dim[]

export interface TensorType {
  readonly dtype: 'float32'
  /** False only for tensors made of parameters alone (learned tables). */
  readonly batched: boolean
  readonly shape: Shape
}

export function symbolDim(symbol: DimSymbol): SymbolicDim {
  return { kind: 'symbolic', terms: [{ symbol, coefficient: symbol.multiple }], constant: 0 }
}

export type Terms = SymbolicDim['terms']
export const termsOf = (dim: Dim): Terms => (typeof dim === 'number' ? [] : dim.terms)
export const constantOf = (dim: Dim): number => (typeof dim === 'number' ? dim : dim.constant)

/** A form of terms in any order. */
export function build(terms: Terms, constant: number): Dim {
  const kept = terms
    .filter((term) => term.coefficient !== 0)
    .toSorted((a, b) => (a.symbol.name < b.symbol.name ? -1 : 1))
  return kept.length === 0 ? constant : { kind: 'symbolic', terms: kept, constant }
}

export function addDims(a: Dim, b: Dim): Dim {
  if (typeof a === 'number' && typeof b === 'number') return a + b
  const terms = [...termsOf(a)]
  for (const term of termsOf(b)) {
    const at = terms.findIndex((one) => one.symbol.name === term.symbol.name)
    const same = terms[at]
    if (same === undefined) terms.push(term)
    else terms[at] = { symbol: same.symbol, coefficient: same.coefficient + term.coefficient }
  }
  return build(terms, constantOf(a) + constantOf(b))
}

export function scaleDim(dim: Dim, factor: number): Dim {
  if (typeof dim === 'number') return dim * factor + 0 // never -0
  const terms = dim.terms.map((term) => ({ symbol: term.symbol, coefficient: term.coefficient * factor }))
  return build(terms, dim.constant * factor)
}

export function subtractDims(a: Dim, b: Dim): Dim {
  return addDims(a, scaleDim(b, -1))
}

/** More terms than any network's extents have: what is beyond them is a mistake, and would take forever. */
const mostTerms = 256

/** The product; undefined where it would have too many terms, or numbers that are not exact. */
export function multiplyDims(a: Dim, b: Dim): Dim | undefined {
  if (typeof b === 'number') return scaleDim(a, b)
  if (typeof a === 'number') return scaleDim(b, a)
  if ((a.terms.length + 1) * (b.terms.length + 1) > mostTerms) return undefined
  const products = a.terms.flatMap((left) =>
    b.terms.map((right): Dim => {
      const symbol = productOf([...factorsOf(left.symbol), ...factorsOf(right.symbol)])
      return {
        kind: 'symbolic',
        terms: [{ symbol, coefficient: left.coefficient * right.coefficient }],
        constant: 0,
      }
    }),
  )
  const rest = [scaleDim(a, b.constant), scaleDim(b, a.constant), -a.constant * b.constant]
  const sum = [...products, ...rest].reduce(addDims)
  return isExact(sum) ? sum : undefined
}

const isExact = (dim: Dim): boolean =>
  [constantOf(dim), ...termsOf(dim).map(({ coefficient }) => coefficient)].every(Number.isSafeInteger)

export const factorsOf = (unit: Unit): readonly Factor[] => ('factors' in unit ? unit.factors : [unit])

/** Of one factor, the factor. */
export function productOf(factors: readonly Factor[]): Unit {
  const [only, ...more] = factors
  if (only !== undefined && more.length === 0) return only
  const sorted = factors.toSorted((a, b) => (a.name < b.name ? -1 : 1))
  return {
    kind: 'product',
    name: sorted.map(({ name }) => name).join('·'),
    multiple: sorted.reduce((all, { multiple }) => all * multiple, 1),
    factors: sorted,
  }
}

/** The free symbols that a form is made of. */
export function symbolsOfDim(dim: Dim): readonly DimSymbol[] {
  return termsOf(dim)
    .flatMap(({ symbol }) => factorsOf(symbol))
    .flatMap((one) => ('dividend' in one ? symbolsOfDim(one.dividend) : [one]))
}

/** The value, with symbols as so many of their multiples. */
export function valueAt(dim: Dim, multiplesOf: (symbol: DimSymbol) => number): number {
  if (typeof dim === 'number') return dim
  const ofFactor = (one: Factor): number =>
    'dividend' in one ? Math.floor(valueAt(one.dividend, multiplesOf) / one.divisor) : multiplesOf(one)
  return dim.terms.reduce(
    (sum, { symbol, coefficient }) =>
      sum + factorsOf(symbol).reduce((all, one) => all * ofFactor(one), coefficient),
    dim.constant,
  )
}

/** Product of the extents; undefined while one is symbolic. */
export function elementCount(shape: Shape): number | undefined {
  let count = 1
  // By index: the innermost loop of every analysis.
  for (let axis = 0; axis < shape.length; axis += 1) {
    const dim = shape[axis]
    if (typeof dim !== 'number') return undefined
    count *= dim
  }
  return count
}

export function equalDims(a: Dim, b: Dim): boolean {
  if (typeof a === 'number' || typeof b === 'number') return a === b
  return subtractDims(a, b) === 0
}

export function equalShapes(a: Shape, b: Shape): boolean {
  return a.length === b.length && a.every((dim, axis) => equalDims(dim, b[axis] ?? -1))
}

/** `128`, `D`, `D/2 + 1`, `3·D/4 - H`. */
export function formatDim(dim: Dim): string {
  if (typeof dim === 'number') return String(dim)
  const text = withoutPlus(dim.terms.map(formatTerm).join(''))
  return dim.constant === 0 ? text : text + signed(dim.constant, String(Math.abs(dim.constant)))
}

/** Terms without the sign of a sum in front. */
export const withoutPlus = (terms: string): string =>
  terms.startsWith(' + ') ? terms.slice(3) : `-${terms.slice(3)}`

const signed = (sign: number, text: string): string => (sign < 0 ? ` - ${text}` : ` + ${text}`)

/** With its sign: ` + 3·D/4`. */
export function formatTerm({ symbol, coefficient }: Terms[number]): string {
  const common = gcd(Math.abs(coefficient), symbol.multiple)
  const over = Math.abs(coefficient) / common
  const under = symbol.multiple / common
  return signed(coefficient, `${over === 1 ? '' : `${over}·`}${symbol.name}${under === 1 ? '' : `/${under}`}`)
}

/** `48×128×128×128`, `8×(D - 2)×H/2`. */
export function formatShape(shape: Shape): string {
  return shape.length === 0 ? 'scalar' : shape.map(formatFactor).join('×')
}

/** An extent as one factor of a product: sums in parentheses. */
export function formatFactor(dim: Dim): string {
  const isSum = typeof dim === 'object' && dim.terms.length + (dim.constant === 0 ? 0 : 1) > 1
  return isSum ? `(${formatDim(dim)})` : formatDim(dim)
}

export function gcd(a: number, b: number): number {
  return b === 0 ? a : gcd(b, a % b)
}
