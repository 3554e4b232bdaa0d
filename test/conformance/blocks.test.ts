// Blocks of the library that are formulas, against these formulas.
import { expect, test } from 'vitest'
import { evaluate } from '../../src/backends/reference/evaluate.ts'
import { isProblem } from '../../src/compiler/diagnostics/diagnostic.ts'
import { graphOf } from '../support/check.ts'
import { caseWeights, element } from './support.ts'

const [tokens, features] = [3, 4]
const x = Array.from({ length: tokens * features }, (_, at) => element(at, 0))

/** What a block of `std/blocks` makes of three tokens of four features. */
function made(name: string, call: string): number[] {
  const graph = graphOf(
    `import { ${name} } from "std/blocks"\nnetwork N {\n  input x: [${tokens}, ${features}]\n  output y = x -> ${call}\n}\n`,
  )
  const given = new Map([['x', { shape: [1, tokens, features], data: Float64Array.from(x) }]])
  const found = evaluate(graph, caseWeights, given)
  if (isProblem(found)) throw new Error(found.name)
  return [...(found.get('y')?.data ?? [])]
}

const rounded = (values: readonly number[]): number[] => values.map((value) => Number(value.toFixed(12)) + 0)

test('rms_norm divides each token by the root of its mean square', () => {
  const y = made('rms_norm', 'rms_norm(eps = 0.5)')
  const scales = Array.from({ length: features }, (_, at) => y[at] ?? 0).map(
    (value, at) => value / (x[at] ?? 1),
  )
  const root = (token: number): number =>
    Math.sqrt(x.slice(4 * token, 4 * token + 4).reduce((sum, value) => sum + value * value, 0) / 4 + 0.5)
  const weights = scales.map((scale) => scale * root(0))
  expect(rounded(y)).toEqual(
    rounded(x.map((value, at) => (value / root(Math.floor(at / 4))) * (weights[at % 4] ?? 0))),
  )
})

test.each([
  [2, 4, [1, 0, 2, 0, 0, 1, 0, 2, -1, 0, -2, 0, 0, -1, 0, -2]],
  [3, 1, [1, 0, 0, 2, 0, 0]],
  // A turn of 60 degrees: 1/2, √3/4 and 3/4 by the greatest of them.
  [3, 6, [2 / 3, 1 / Math.sqrt(3), 1, 4 / 3, 2 / Math.sqrt(3), 2], 1],
])(
  'heads of deformable attention in %dD, of %d, first look along a star',
  (axes, heads, expected, head = 0) => {
    const size = axes === 2 ? '2, 3' : '2, 3, 1'
    const { parameters } = graphOf(
      `import { DeformableAttention, VoxelCentres } from "std/deformable"
network N {
  input image: [${2 * heads}, ${size}]
  let places = image -> VoxelCentres(order = [${[1, 0, 2].slice(0, axes).join(', ')}])
  let seen = image -> tokens
  output y = DeformableAttention(seen, seen, places, ${heads}, 2, [[${size}]])
}
`,
    )
    const bias = parameters.find(({ path }) => path.includes('offset.linear') && path.endsWith('bias'))
    const values = bias?.init.kind === 'values' ? bias.init.values : []
    const from = head * 2 * axes
    expect(rounded(values.slice(from, from + expected.length))).toEqual(rounded(expected))
  },
)
