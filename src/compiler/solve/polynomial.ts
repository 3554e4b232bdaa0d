// Polynomials in several variables that go through given values: of the least degree, and only where more values than it needs lie on it.
import { dividedBy, isZero, minus, plus, rational, times, zero, type Rational } from './rational.ts'

/** One product: a coefficient, and the power of each variable. */
export interface Monomial {
  readonly coefficient: Rational
  readonly powers: readonly number[]
}

/** Tokens of a cube that all attend to one another grow with the sixth power of its side; nothing that is counted grows faster. */
const highestPower = 6

/** A sum; empty: 0. The highest powers of the first variable come first. */
export type Polynomial = readonly Monomial[]

/** Values at every combination of positions, the last variable varying fastest. */
export interface Table {
  /** By variable: where the values stand, ascending. */
  readonly at: readonly (readonly Rational[])[]
  readonly values: readonly bigint[]
}

/**
 * The polynomial through all values, of the least degree in each variable. Undefined where in some variable no fewer values than there are
 * determine it, or its degree is above 6: through any so many values there is one, and that says nothing. A variable with a single position is none.
 */
export function through({ at, values }: Table): Polynomial | undefined {
  let rest: Rational[] = values.map((value) => rational(value))
  let sizes = at.map((positions) => positions.length)
  for (const [axis, positions] of at.entries()) {
    const lines = linesAlong(sizes, axis).map((line) => line.map((place) => rest[place] ?? zero))
    const coefficients = lines.map((line) => newton(positions, line))
    const degree = Math.max(0, ...coefficients.map(degreeOf))
    if (positions.length > 1 && (degree > highestPower || degree + 2 > positions.length)) return undefined
    const inPowers = coefficients.map((line) => powersOf(positions, line.slice(0, degree + 1)))
    const next = sizes.with(axis, degree + 1)
    rest = Array.from({ length: next.reduce((all, size) => all * size, 1) }, () => zero)
    for (const [at, line] of linesAlong(next, axis).entries())
      for (const [power, place] of line.entries()) rest[place] = inPowers[at]?.[power] ?? zero
    sizes = next
  }
  return rest
    .map((coefficient, place): Monomial => ({ coefficient, powers: positionsIn(sizes, place) }))
    .filter(({ coefficient }) => !isZero(coefficient))
    .toReversed()
}

export function valueAt(polynomial: Polynomial, at: readonly Rational[]): Rational {
  return polynomial.reduce((sum, { coefficient, powers }) => {
    const product = powers.reduce((all, power, variable) => {
      let result = all
      for (let k = 0; k < power; k += 1) result = times(result, at[variable] ?? zero)
      return result
    }, coefficient)
    return plus(sum, product)
  }, zero)
}

/** Places of a table by lines along one axis, in the order of the other axes. */
function linesAlong(sizes: readonly number[], axis: number): number[][] {
  const size = sizes[axis] ?? 1
  const inner = sizes.slice(axis + 1).reduce((all, one) => all * one, 1)
  const outer = sizes.slice(0, axis).reduce((all, one) => all * one, 1)
  return Array.from({ length: outer * inner }, (_, line) => {
    const start = Math.floor(line / inner) * size * inner + (line % inner)
    return Array.from({ length: size }, (__, at) => start + at * inner)
  })
}

function positionsIn(sizes: readonly number[], place: number): number[] {
  const positions: number[] = []
  for (let axis = sizes.length - 1, rest = place; axis >= 0; axis -= 1) {
    const size = sizes[axis] ?? 1
    positions.unshift(rest % size)
    rest = Math.floor(rest / size)
  }
  return positions
}

/** Divided differences: coefficients of 1, (x - x0), (x - x0)(x - x1) and so on. */
function newton(at: readonly Rational[], values: readonly Rational[]): Rational[] {
  const coefficients: Rational[] = []
  let row = [...values]
  for (let order = 0; row.length > 0; order += 1) {
    coefficients.push(row[0] ?? zero)
    if (row.every(isZero)) break
    row = row
      .slice(1)
      .map((value, k) =>
        dividedBy(minus(value, row[k] ?? zero), minus(at[k + order + 1] ?? zero, at[k] ?? zero)),
      )
  }
  return coefficients
}

function degreeOf(coefficients: readonly Rational[]): number {
  return coefficients.findLastIndex((one) => !isZero(one))
}

/** The same polynomial by powers of x, by Horner's rule. */
function powersOf(at: readonly Rational[], newtons: readonly Rational[]): Rational[] {
  let powers: Rational[] = []
  for (let k = newtons.length - 1; k >= 0; k -= 1) {
    const shifted = [zero, ...powers]
    const x = at[k] ?? zero
    powers = shifted.map((one, power) => minus(one, times(x, powers[power] ?? zero)))
    powers[0] = plus(powers[0] ?? zero, newtons[k] ?? zero)
  }
  return powers
}
