// What composites put where, against the formulas that their documentation states or what PyTorch computes.
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

/** By PyTorch 2's adaptive_avg_poolNd and adaptive_max_poolNd, at double precision, of the values that support.ts makes. */
const adaptivePools = [
  {
    shape: [2, 7],
    size: '3',
    means: [-0.296875, 0.647460938, 0.258463542, -0.325520833, 0.618815104, 0.229817708],
    greatest: [1.0361328125, 1.98046875, 1.3974609375, 0.8134765625, 1.7578125, 1.7578125],
  },
  {
    shape: [1, 3],
    size: '5',
    means: [-1.435546875, -0.199707031, 1.036132812, 0.272460938, -0.491210938],
    greatest: [-1.435546875, 1.0361328125, 1.0361328125, 1.0361328125, -0.4912109375],
  },
  {
    shape: [1, 5, 4],
    size: '[3, 2]',
    means: [-0.255371094, 0.688964844, -0.422688802, 0.521647135, -0.58984375, 0.354492188],
    greatest: [1.0361328125, 1.98046875, 0.8134765625, 1.7578125, 0.5908203125, 1.53515625],
  },
  {
    shape: [1, 4, 3, 5],
    size: '[3, 2, 1]',
    means: [0.029882813, -0.009570313, -0.088085938, -0.127539062, -0.006054688, -0.045507813],
    greatest: [1.98046875, 1.8955078125, 1.8955078125, 1.8955078125, 1.810546875, 1.9482421875],
  },
]

test.each(adaptivePools)('adaptive pools of $shape to $size take the bins of PyTorch', (one) => {
  const average = moved(one.shape, `x -> adaptive_avg_pool(${one.size})`).y
  expect(average.length).toBe(one.means.length)
  for (const [at, mean] of one.means.entries()) expect(average[at]).toBeCloseTo(mean, 8)
  expect(moved(one.shape, `x -> adaptive_max_pool(${one.size})`).y).toEqual(one.greatest)
})
