// Extents, shapes and tensor types. An extent is an integer or an exact affine form in named symbols; it is never guessed.
// Shapes leave the batch out: it is symbolic, and leads every batched tensor.

/** A free spatial extent, declared to be a positive multiple of `multiple`. */
export interface DimSymbol {
  readonly name: string
  readonly multiple: number
}

/** `constant + Σ coefficient · (symbol / symbol.multiple)`, with integer coefficients; terms sorted by symbol name, none zero, at least one. */
export interface SymbolicDim {
  readonly kind: 'symbolic'
  readonly terms: readonly { readonly symbol: DimSymbol; readonly coefficient: number }[]
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

type Terms = SymbolicDim['terms']
const termsOf = (dim: Dim): Terms => (typeof dim === 'number' ? [] : dim.terms)
const constantOf = (dim: Dim): number => (typeof dim === 'number' ? dim : dim.constant)

function build(terms: Terms, constant: number): Dim {
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

/** The product, where one factor is an integer; undefined otherwise (the form would not be affine). */
export function multiplyDims(a: Dim, b: Dim): Dim | undefined {
  if (typeof b === 'number') return scaleDim(a, b)
  return typeof a === 'number' ? scaleDim(b, a) : undefined
}

/** `floor(dim / divisor)`; undefined where a symbol's declared multiple does not let the symbolic part divide. */
export function floorDivide(dim: Dim, divisor: number): Dim | undefined {
  if (typeof dim === 'number') return Math.floor(dim / divisor)
  if (dim.terms.some((term) => term.coefficient % divisor !== 0)) return undefined
  const terms = dim.terms.map((term) => ({ symbol: term.symbol, coefficient: term.coefficient / divisor }))
  return build(terms, Math.floor(dim.constant / divisor))
}

/** The multiple that a symbol must be declared to have for `floorDivide(dim, divisor)` to exist; undefined where it exists already. */
export function neededMultiple(dim: Dim, divisor: number): DimSymbol | undefined {
  const term = termsOf(dim).find((one) => one.coefficient % divisor !== 0)
  if (term === undefined) return undefined
  const { symbol, coefficient } = term
  return { name: symbol.name, multiple: (symbol.multiple * divisor) / gcd(Math.abs(coefficient), divisor) }
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

/** The least value the extent can take (each symbol at its declared multiple, or unbounded below for a negative coefficient). */
export function leastExtent(dim: Dim): number {
  if (typeof dim === 'number') return dim
  return dim.terms.reduce(
    (sum, term) => sum + (term.coefficient < 0 ? -Infinity : term.coefficient),
    dim.constant,
  )
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

/** The least multiple with which the symbol of two extents keeps them apart, where one symbol decides. */
export function decidingMultiple(a: Dim, b: Dim): DimSymbol | undefined {
  const difference = subtractDims(a, b)
  if (typeof difference === 'number') return undefined
  const [term, ...others] = difference.terms
  if (term === undefined || others.length > 0) return undefined
  const { symbol, coefficient } = term
  const times = Math.floor(-difference.constant / coefficient) + 1
  return times > 1 ? { name: symbol.name, multiple: symbol.multiple * times } : undefined
}

/** The value with each symbol at so many of its multiples. */
export function extentAt(dim: Dim, multiples: number): number {
  if (typeof dim === 'number') return dim
  return dim.terms.reduce((sum, { coefficient }) => sum + coefficient * multiples, dim.constant)
}

/** `128`, `D`, `D/2 + 1`, `3·D/4 - H`. */
export function formatDim(dim: Dim): string {
  if (typeof dim === 'number') return String(dim)
  const terms = dim.terms.map(formatTerm).join('')
  const text = terms.startsWith(' + ') ? terms.slice(3) : `-${terms.slice(3)}`
  return dim.constant === 0 ? text : text + signed(dim.constant, String(Math.abs(dim.constant)))
}

const signed = (sign: number, text: string): string => (sign < 0 ? ` - ${text}` : ` + ${text}`)

function formatTerm({ symbol, coefficient }: Terms[number]): string {
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

function gcd(a: number, b: number): number {
  return b === 0 ? a : gcd(b, a % b)
}
