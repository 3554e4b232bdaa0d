// Names of points in a plot: beside, above or below their point, over nothing else.
import { expect, test } from 'vitest'
import { placeLabels, type Named } from '../../src/pages/sweep/labels.ts'
import { random } from '../fuzz/random.ts'

const room = { width: 400, height: 200 }
const named = (of: string, x: number, y: number, wanted: 'left' | 'right' = 'right'): Named<string> => ({
  of,
  x,
  y,
  radius: 5,
  text: 'S 0.5, base 16',
  wanted,
})
const sides = (names: readonly Named<string>[], others: readonly Named<string>[] = []): object =>
  Object.fromEntries(placeLabels(names, [...names, ...others], room))

test('stand on the side asked for, else where nothing is, else nowhere', () => {
  expect(sides([named('alone', 200, 100)])).toEqual({ alone: 'right' })
  expect(sides([named('at the rim', 395, 100)])).toEqual({ 'at the rim': 'left' })
  expect(sides([named('followed', 200, 100)], [named('', 230, 100)])).toEqual({ followed: 'left' })
  const row = [named('', 170, 100), named('', 230, 100)]
  expect(sides([named('between', 200, 100)], row)).toEqual({ between: 'top' })
  expect(sides([named('under the rim', 200, 8)], [named('', 170, 8), named('', 230, 8)])).toEqual({
    'under the rim': 'bottom',
  })
  const around = [...row, named('', 200, 80), named('', 200, 120)]
  expect(sides([named('shut in', 200, 100)], around)).toEqual({})
})

test('keep off the names before them', () => {
  expect(sides([named('first', 100, 100), named('second', 100, 106, 'left')])).toEqual({
    first: 'right',
    second: 'left',
  })
  expect(Object.keys(sides([0, 1, 2, 3, 4, 5, 6].map((k) => named(`${k}`, 100, 100 + k)))).length).toBe(4)
})

test('of a crowd stay inside the picture', () => {
  const at = random(3)
  const crowd = Array.from({ length: 200 }, (_, k) => named(`${k}`, at.below(400), at.below(200)))
  const placed = placeLabels(crowd, crowd, room)
  expect(placed.size).toBeLessThan(40)
  expect(crowd.filter(({ of, y }) => placed.get(of) === 'top' && y < 20)).toEqual([])
})
