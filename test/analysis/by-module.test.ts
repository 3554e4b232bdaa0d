// Memory by module and sparsity by edge direction: sums that have to come out, and shares worked out by hand.
import { describe, expect, test } from 'vitest'
import { memoryByModule } from '../../src/compiler/analysis/memory-modules.ts'
import { memory } from '../../src/compiler/analysis/memory.ts'
import { sparsityOf } from '../../src/compiler/analysis/sparsity.ts'
import { cost } from '../../src/compiler/analysis/cost.ts'
import { compileExample } from '../examples/compile-example.ts'
import { graphOf } from '../support/compile-text.ts'

describe('memory by module', () => {
  test.each([
    ['e2enet', 'E2ENet', { batch: 2, dtype: 'bf16', optimizer: 'adam' }],
    ['unetpp', 'UNetPlusPlus', {}],
  ] as const)('of %s adds up to the totals of training', (file, network, options) => {
    const { graph } = compileExample(`examples/${file}.weft`, network, {})
    const analysis = memory(graph, options)
    if (analysis === undefined) throw new Error('an extent is free')
    const modules = memoryByModule(graph, analysis)
    const top = [...modules].filter(([path]) => !path.includes('.')).map(([, bytes]) => bytes)
    const sum = (name: 'residentBytes' | 'savedBytes' | 'peakBytes'): number =>
      top.reduce((all, one) => all + one[name], 0)
    expect(sum('residentBytes')).toBe(analysis.training.residentBytes)
    expect(sum('savedBytes')).toBe(analysis.saved.bytes)
    expect(sum('peakBytes')).toBe(analysis.training.peakBytes)
  })

  test('charges what lies inside', () => {
    const { graph } = compileExample('examples/unet3d.weft', 'UNet3D', {})
    const analysis = memory(graph)
    if (analysis === undefined) throw new Error('an extent is free')
    const modules = memoryByModule(graph, analysis)
    const inside = [...modules].filter(([path]) => /^encoder\.level\[\d\]$/.test(path))
    expect(inside.length).toBeGreaterThan(2)
    const saved = inside.reduce((all, [, one]) => all + one.savedBytes, 0)
    expect(modules.get('encoder')?.savedBytes).toBe(saved)
  })
})

describe('sparsity', () => {
  test('of E2ENet at S = 0.8 by edge direction: fuses and upward edges have masks, the others have no weights', () => {
    const { graph, report } = compileExample('examples/e2enet.weft', 'E2ENet', { S: '0.8' })
    const [lattice] = sparsityOf(graph, report)
    expect(lattice).toMatchObject({ path: 'lattice', granularity: 'kernel' })
    expect(lattice?.parts.map((one) => one.part).toSorted()).toEqual(['fuse', 'upward'])
    for (const one of lattice?.parts ?? []) {
      expect(one.kept / one.connections).toBeCloseTo(0.2, 2)
      expect(one.effectiveParameters).toBeLessThan(one.parameters)
    }
    const removed = (lattice?.parts ?? []).reduce(
      (all, one) => all + one.parameters - one.effectiveParameters,
      0,
    )
    const { parameters, effectiveParameters } = report.totals.training
    expect(removed).toBe(parameters - effectiveParameters)
  })

  test('of E2ENet by direction: every edge brings its channels through a fifth of the weights', () => {
    const { graph, report } = compileExample('examples/e2enet.weft', 'E2ENet', { S: '0.8' })
    const directions = sparsityOf(graph, report)[0]?.directions ?? []
    // A lattice of depth 5: 15 nodes, of which 10 have an edge from above. Widths 48, 96, 192, 320, 320 by level.
    expect(directions.map(({ direction, edges, channels }) => ({ direction, edges, channels }))).toEqual([
      { direction: 'forward', edges: 15, channels: 5 * 48 + 4 * 96 + 3 * 192 + 2 * 320 + 320 },
      { direction: 'upward', edges: 15, channels: 5 * 48 + 4 * 96 + 3 * 192 + 2 * 320 + 320 },
      { direction: 'downward', edges: 10, channels: 4 * 48 + 3 * 96 + 2 * 192 + 320 },
    ])
    for (const { keptWeights, weights } of directions) expect(keptWeights / weights).toBeCloseTo(0.2, 2)
    // What the columns and the transposed convolutions have is what is masked, but for the second unit of the last nodes.
    const [forward] = directions
    const columns = [48, 96, 192, 320, 320].map((width, level) => (5 - level) * width * width * 9)
    expect(forward?.weights).toBe(columns.reduce((sum, one) => sum + one, 0))
  })

  test('is nothing where no fusion has one', () => {
    const { graph, report } = compileExample('examples/nnunet.weft', 'NNUNet', {})
    expect(sparsityOf(graph, report)).toEqual([])
  })
})

test('a fusion without weights of its own keeps nothing, however sparse', () => {
  const { graph, sources } = graphOf(`network Net {
  input image: [1, 8, 8]
  fusion f {
    node[0] = image
    node[i] for i in 1..2 { edge up = node[i-1]  fuse = sum }
    sparsity 50%
  }
  output y = f[2]
}
`)
  const { report } = cost(graph, sources)
  expect(report === undefined ? undefined : sparsityOf(graph, report)).toEqual([])
})
