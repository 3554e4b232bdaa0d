// E2ENet beyond its totals: any number of levels, which edges feed a node, and which weights its masks cover.
import { describe, expect, test } from 'vitest'
import { isMasked, keptWeights } from '../../src/compiler/ir/connections.ts'
import type { FusionNode, Graph } from '../../src/compiler/ir/graph.ts'
import { compileExample } from './compile-example.ts'

const file = 'examples/e2enet.weft'
const plan = { patch: '[80, 160, 128]', pools: '[[1, 2, 2], [2, 2, 2], [2, 2, 2], [2, 2, 2], [2, 2, 2]]' }

function nodeAt(graph: Graph, ...index: readonly number[]): FusionNode | undefined {
  return graph.fusions[0]?.nodes.find((one) => one.index.join() === index.join())
}

const edgesOf = (node: FusionNode | undefined): readonly (readonly unknown[])[] =>
  (node?.edges ?? []).map(({ name, sources, channels }) => [name, sources, channels])

describe('any number of levels', () => {
  test.each([1, 2, 3, 4, 6, 7])('%i pools', (count) => {
    const patch = `[${[128, 128, 128].join(', ')}]`
    const { graph } = compileExample(file, 'E2ENet', {
      patch,
      pools: `[[2, 2, 2] for i in 1..${count}]`,
      base: '4',
      shift: '3',
    })
    const lattice = graph.fusions[0]?.nodes ?? []
    expect(lattice).toHaveLength(((count + 1) * (count + 2)) / 2)
    expect(graph.outputs).toHaveLength(Math.max(1, count - 1))
  })
})

describe('edges', () => {
  test('a node reads its level, the level below and the level above, in this order', () => {
    const { graph } = compileExample(file, 'E2ENet', plan)
    expect(edgesOf(nodeAt(graph, 1, 2))).toEqual([
      ['forward', [[1, 1]], [0, 96]],
      ['upward', [[2, 1]], [96, 192]],
      ['downward', [[0, 1]], [192, 240]],
    ])
    expect(edgesOf(nodeAt(graph, 0, 5)).map(([name]) => name)).toEqual(['forward', 'upward'])
  })

  test('without feature fusion the last diagonal is a U-Net that takes what comes up first', () => {
    const { graph } = compileExample(file, 'E2ENetNoDSFF', plan)
    expect(edgesOf(nodeAt(graph, 1, 4))).toEqual([
      ['upward', [[2, 3]], [0, 96]],
      ['skip', [[1, 0]], [96, 192]],
    ])
    expect(nodeAt(graph, 1, 2)).toBeUndefined()
  })
})

describe('masks', () => {
  const masksOf = (args: Readonly<Record<string, string>>): Graph['parameters'] =>
    compileExample(file, 'E2ENet', { ...plan, ...args }).graph.parameters.filter(
      (one) => one.mask !== undefined,
    )

  test('cover the 35 weights of edges and fuses, and no others', () => {
    const masked = masksOf({})
    const elements = masked.map(({ shape }) => shape.reduce((product, extent) => product * extent, 1))
    expect(masked).toHaveLength(35)
    expect(elements.reduce((sum, count) => sum + count, 0)).toBe(17_975_040)
    expect(masked.every(({ path }) => path.startsWith('lattice.') && path.endsWith('.weight'))).toBe(true)
  })

  test('by block keep as many inputs for every 16 outputs, 0.2 of them as nearly as whole channels allow', () => {
    const { graph } = compileExample(file, 'E2ENetBlock', plan)
    const masked = graph.parameters.filter(isMasked)
    const fanIns = masked.map(({ mask: { blocks } }) => `${blocks?.fanIn} of ${blocks?.inputs}`)
    expect([...new Set(fanIns)].sort()).toEqual([
      '10 of 48',
      '166 of 832',
      '19 of 96',
      '192 of 960',
      '38 of 192',
      '48 of 240',
      '64 of 320',
      '96 of 480',
    ])
    expect(masked.reduce((sum, one) => sum + keptWeights(one), 0)).toBe(3_590_160)
  })

  test('keep a density of 0.2 where a fuse has 48 channels, whatever S is', () => {
    const densities = (S: string): unknown[] =>
      [...new Set(masksOf({ S }).map(({ shape, mask }) => `${shape[0] === 48} ${mask?.density}`))].sort()
    expect(densities('90%')).toEqual(['false 0.1', 'true 0.2'])
    expect(densities('70%')).toEqual(['false 0.3', 'true 0.2'])
    expect(densities('0')).toEqual([])
  })
})
