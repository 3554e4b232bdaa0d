// The error function against values of mpmath, computed with 40 digits: both sides of each limit between its approximations.
import { expect, test } from 'vitest'
import { erfc } from '../../src/backends/reference/error-function.ts'

const values: readonly (readonly [x: number, complement: number])[] = [
  [-7, 2.0],
  [-2.5, 1.999593047982555],
  [-1.1, 1.8802050695740817],
  [-0.84375, 1.7672256612323416],
  [-0.8, 1.7421009647076604],
  [-0.3, 1.3286267594591274],
  [-1e-9, 1.0000000011283792],
  [0, 1.0],
  [1e-9, 0.9999999988716208],
  [0.1, 0.887537083981715],
  [0.25, 0.7236736098317631],
  [0.3, 0.6713732405408726],
  [0.6, 0.3961439091520741],
  [0.84374, 0.23277987581675938],
  [0.84375, 0.23277433876765838],
  [1, 0.15729920705028513],
  [1.24, 0.07949481570097033],
  [1.25, 0.07709987174354177],
  [1.5, 0.033894853524689274],
  [2, 0.004677734981047266],
  [2.8, 7.501319466545911e-5],
  [2.857142857142857, 5.3312311388322795e-5],
  [2.86, 5.24011730443978e-5],
  [3.5, 7.430983723414128e-7],
  [5, 1.537459794428035e-12],
  [8, 1.1224297172982926e-29],
  [12, 1.3562611692059042e-64],
  [20, 5.395865611607901e-176],
  [26, 5.663192408856143e-296],
]

test.each(values)('erfc(%s)', (x, wanted) => {
  expect(Math.abs(erfc(x) - wanted) / wanted).toBeLessThanOrEqual(3 * Number.EPSILON)
})

test('ends at 0 and 2, and hands NaN on', () => {
  expect([erfc(28), erfc(Infinity), erfc(-Infinity), erfc(NaN)]).toEqual([0, 0, 2, NaN])
})
