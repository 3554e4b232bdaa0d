// What composites that move elements put where, against the formulas that their documentation states.
import { expect, test } from 'vitest'
import { expectedOf, inputsOfCase } from './support.ts'

function moved(shape: readonly number[], expression: string): { x: readonly number[]; y: readonly number[] } {
  const one = { name: expression, inputs: { x: shape }, expression }
  return { x: [...(inputsOfCase(one).get('x')?.data ?? [])], y: [...expectedOf(one).data] }
}

test('pixel_shuffle takes channels as the documentation says, and pixel_unshuffle gives them back', () => {
  const [r, s, t] = [2, 1, 3]
  const { x, y } = moved([12, 2, 3, 2], `x -> pixel_shuffle([${r}, ${s}, ${t}])`)
  const expected: (number | undefined)[] = []
  for (let c = 0; c < 2; c++)
    for (let d = 0; d < 2 * r; d++)
      for (let h = 0; h < 3 * s; h++)
        for (let w = 0; w < 2 * t; w++) {
          const channel = ((c * r + (d % r)) * s + (h % s)) * t + (w % t)
          expected.push(
            x[((channel * 2 + Math.floor(d / r)) * 3 + Math.floor(h / s)) * 2 + Math.floor(w / t)],
          )
        }
  expect(y).toEqual(expected)
  const back = moved([12, 2, 3, 2], 'x -> pixel_shuffle([2, 1, 3]) -> pixel_unshuffle([2, 1, 3])')
  expect(back.y).toEqual(back.x)
})

test('flip turns an axis round, tile lays copies side by side', () => {
  const [flipped, tiled] = [moved([2, 3], 'x -> flip(-1)'), moved([2, 2], 'x -> tile(2, axis = 1)')]
  const [a, b, c, d, e, f] = flipped.x
  expect(flipped.y).toEqual([c, b, a, f, e, d])
  const [g, h, i, j] = tiled.x
  expect(tiled.y).toEqual([g, h, g, h, i, j, i, j])
})
