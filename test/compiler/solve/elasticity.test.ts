// Which knob buys most: steps and elasticities of parameters that change what a network costs.
import { expect, test } from 'vitest'
import { compile, knobSteps } from '../../../src/index.ts'

const spec = `network Net(base: int = 4, mid: int = base, size: [int] = [16, 32], S: float = 0.3, slope: float = 0.01) {
  input image: [1, ...size]
  output logits = image -> conv(base, 3) -> conv(mid, 1) -> leaky_relu(slope) -> dropout(S) -> conv(2, 1)
  assert size[0] % 16 == 0, "sides have to divide"
}
`

test('whole numbers take the least step that leads to a network; what changes nothing is left out', () => {
  const host = { read: (path: string) => (path === 'net.weft' ? spec : undefined) }
  const { graph } = compile('net.weft', host)
  if (graph === undefined) throw new Error('no graph')
  const steps = knobSteps({ entry: 'net.weft', host, options: {} }, graph, {})
  expect(steps.map(({ name, from, to }) => [name, from, to])).toEqual([
    ['base', 4, 5],
    ['mid', 4, 5],
    ['size[0]', 16, 32],
    ['size[1]', 32, 33],
  ])
  const [base, mid, height] = steps
  // The middle width follows the first: 9b + b + b² + b + 2b + 2 parameters, of which it is 4 + 1 + 2 more for one of its own.
  expect(base?.change['params']).toBe(13 + 2 * 4 + 1)
  expect(base?.elasticity['params']).toBeCloseTo((22 / 70) * 4, 10)
  expect(mid?.change['params']).toBe(7)
  expect(height?.elasticity).toMatchObject({ params: 0, macs: 1 })
  const recipe = { entry: 'net.weft', host, options: { recipe: 'quick' } }
  expect(knobSteps(recipe, graph, {})).toEqual([])
})
