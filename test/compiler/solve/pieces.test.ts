// Polynomials through tables of values: exact, of the least degree, never through as few values as would fit anything; and in pieces.
import { describe, expect, test } from 'vitest'
import { piecesOf, type Piece, type Values } from '../../../src/compiler/solve/pieces.ts'
import { through, valueAt, type Polynomial } from '../../../src/compiler/solve/polynomial.ts'
import { rational, rationalOf, rationalText, type Rational } from '../../../src/compiler/solve/rational.ts'

const whole = (values: readonly number[]): Rational[] => values.map((one) => rational(BigInt(one)))

const text = (polynomial: Polynomial | undefined): string | undefined =>
  polynomial
    ?.map(({ coefficient, powers }) =>
      [rationalText(coefficient), ...powers.map((power) => `^${power}`)].join(' '),
    )
    .join(' + ')

function table(at: readonly (readonly number[])[], of: (...x: number[]) => number | undefined): Values {
  const points = at.reduce<number[][]>(
    (all, axis) => all.flatMap((one) => axis.map((x) => [...one, x])),
    [[]],
  )
  const values = points.map((x) => {
    const value = of(...x)
    return value === undefined ? undefined : BigInt(value)
  })
  return { at: at.map(whole), values }
}

describe('a polynomial', () => {
  const at = [
    [1, 2, 4, 8, 9],
    [-3, 0, 5],
  ]

  test('of two variables is found from its values, wherever they stand', () => {
    const of = (x = 0, y = 0): number => 3 * x ** 2 * y - 7 * x + 12 * y - 5
    const { values, at: places } = table(at, of)
    const found = through({ at: places, values: values.flatMap((one) => one ?? []) })
    expect(text(found)).toBe('3 ^2 ^1 + -7 ^1 ^0 + 12 ^0 ^1 + -5 ^0 ^0')
    expect(rationalText(valueAt(found ?? [], [rational(1n, 3n), rational(7n)]))).toBe('79')
  })

  test('has fractions where the values ask for them, and no rounding', () => {
    const places = ['0', '0.1', '25%', '0.3'].flatMap((one) => rationalOf(one) ?? [])
    const big = 9_007_199_254_740_993n
    const values = places.map(({ over, under }) => big + (60n * over) / under)
    expect(text(through({ at: [places], values }))).toBe('60 ^1 + 9007199254740993 ^0')
    const triangular = { at: [whole([0, 1, 2, 3])], values: [0n, 1n, 3n, 6n] }
    expect(text(through(triangular))).toBe('1/2 ^2 + 1/2 ^1')
  })

  test('is none where it takes all of the values to determine it', () => {
    expect(through({ at: [whole([1, 2, 3])], values: [1n, 2n, 5n] })).toBeUndefined()
    expect(through({ at: [whole([1, 2])], values: [1n, 2n] })).toBeUndefined()
    expect(text(through({ at: [whole([1, 2])], values: [4n, 4n] }))).toBe('4 ^0')
    expect(text(through({ at: [whole([7])], values: [4n] }))).toBe('4 ^0')
  })
})

describe('pieces', () => {
  const shown = (pieces: readonly Piece[] | undefined): string[] | undefined =>
    pieces?.map(
      ({ box, polynomial }) =>
        `${box.map((one) => one.join(',')).join(' x ')}: ${text(polynomial) ?? 'none'}`,
    )
  const ten = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]

  test('end where a width is clipped', () => {
    expect(
      shown(
        piecesOf(
          table([ten], (x = 0) => (x <= 5 ? x * x : 10 * x - 25)),
          8,
        ),
      ),
    ).toEqual(['0,1,2,3: 1 ^2', '4,5,6,7,8,9: 10 ^1 + -25 ^0'])
  })

  test('are classes of rests where a division rounds', () => {
    expect(
      shown(
        piecesOf(
          table([ten], (x = 0) => Math.floor(x / 2)),
          8,
        ),
      ),
    ).toEqual(['0,2,4,6,8: 1/2 ^1 + -1/2 ^0', '1,3,5,7,9: 1/2 ^1'])
  })

  test('leave out what does not exist, and hold at every point of theirs', () => {
    const of = (x = 0, y = 0): number | undefined =>
      x % 2 === 0 ? undefined : (x > 5 ? 5 * x : x * x) * y + 1
    const values = table([ten, [1, 2, 3, 4]], of)
    const pieces = piecesOf(values, 20) ?? []
    const seen = new Set<number>()
    for (const { box, polynomial } of pieces)
      for (const x of box[0] ?? [])
        for (const y of box[1] ?? []) {
          const place = x * 4 + y
          seen.add(place)
          const at = [values.at[0]?.[x] ?? rational(0n), values.at[1]?.[y] ?? rational(0n)]
          const value = polynomial === undefined ? undefined : rationalText(valueAt(polynomial, at))
          expect(value).toBe(values.values[place]?.toString())
        }
    expect(seen.size).toBe(40)
    expect(pieces.length).toBeLessThan(8)
  })

  test('are given up where there would be too many', () => {
    expect(
      piecesOf(
        table([ten], (x = 0) => (x * 7919) % 101),
        3,
      ),
    ).toBeUndefined()
  })
})
