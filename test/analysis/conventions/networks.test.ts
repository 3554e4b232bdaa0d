// Whole networks under every convention: what the tools printed for the official implementations, to the last digit where that was
// recorded, else to the three decimals of G that were; and the figures that the E2ENet paper compares by.
import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { conventions, type ConventionName } from '../../../src/compiler/analysis/conventions/conventions.ts'
import {
  reconcile,
  type Density,
  type Reconciled,
} from '../../../src/compiler/analysis/conventions/reconcile.ts'
import { cost } from '../../../src/compiler/analysis/cost.ts'
import { compile } from '../../../src/compiler/compile.ts'
import type { Graph, GraphNode } from '../../../src/compiler/ir/graph.ts'
import { symbolDim } from '../../../src/compiler/ir/tensor.ts'
import { compileExample, repository, repositoryHost } from '../../examples/compile-example.ts'
import { graphOf } from '../../support/compile-text.ts'

type Arguments = Readonly<Record<string, string>>

function reconciled(file: string, network: string, args: Arguments = {}): ReadonlyMap<string, Reconciled> {
  const { report } = compileExample(`examples/${file}.weft`, network, args)
  return byName(reconcile(report))
}

function byName(rows: ReturnType<typeof reconcile>): ReadonlyMap<string, Reconciled> {
  if ('severity' in rows) throw new Error(rows.message)
  return new Map(rows.map((row) => [row.convention.name, row]))
}

function densityOf(
  rows: ReadonlyMap<string, Reconciled>,
  name: ConventionName,
  mode: 'training' | 'inference' = 'training',
): Density {
  const found = rows.get(name)?.[mode]
  if (found === undefined) throw new Error(`${name} is unknown`)
  return found
}

describe('nnU-Net v1 at 128³, 1 channel in, 16 classes, with deep supervision', () => {
  const rows = reconciled('nnunet', 'NNUNetV1')
  // Products A, of transposed convolutions T; outputs with bias, which are those of norms and activations, B; parameters of norms Q.
  const [A, T, B, Q] = [478_526_046_208, 7_904_165_888, 357_212_160, 7_680]

  test.each<readonly [ConventionName, number, number]>([
    ['mac', A, 478_526_046_208],
    ['flop', 2 * A, 957_052_092_416],
    ['fvcore', A + 5 * B, 480_312_107_008],
    ['ptflops-aten', A + B, 478_883_258_368],
    ['ptflops-py@0.7.5', A + 4 * B, 479_954_894_848],
    ['ptflops-py@0.7.4', A + 7 * T + 4 * B, 535_284_056_064],
    ['thop@0.1.1', A + 7 * T + 4 * B, 535_284_056_064],
    ['torchinfo', A + 7 * T + B + Q, 534_212_427_264],
    ['deepspeed', 2 * A + B + 5 * B + B, 959_552_577_536],
    ['e2enet', 2 * (A + 7 * T), 1_067_710_414_848],
    ['nnunet.fmap', 484_851_712, 484_851_712],
  ])('%s', (name, formula, printed) => {
    const { dense, effective } = densityOf(rows, name)
    expect([dense.total, effective.total, formula]).toEqual([printed, printed, printed])
  })

  test('a step of training is three forward passes, less the gradient of the image', () => {
    // The first convolution: 32 kernels of 27 weights at each of 128³ positions.
    const first = 32 * 27 * 128 ** 3
    expect(densityOf(rows, 'flop.train').dense.total).toBe(6 * A - 2 * first)
  })

  test('the terms are those of the formulas', () => {
    const terms = (name: ConventionName): (readonly [string, number, number])[] =>
      densityOf(rows, name).dense.differences.map((one) => [one.term, one.factor, one.elements] as const)
    expect(terms('mac')).toEqual([])
    expect(terms('flop')).toEqual([['mac', 1, A]])
    expect(terms('fvcore')).toEqual([['instance_norm.affine', 5, B]])
    expect(terms('torchinfo')).toEqual([
      ['transposed.outputs', 1, 7 * T],
      ['conv.bias', 1, B],
      ['parameters.small', 1, Q],
    ])
  })

  test('what counts 0 is said', () => {
    expect(rows.get('thop@0.1.1')?.free).toEqual([
      { operator: 'concat', count: 5 },
      { operator: 'leaky_relu', count: 22 },
    ])
  })
})

// By hooks on the scans of the official implementations: calls, tokens, features and states (counts of state elements, summed).
test.each<readonly [file: string, network: string, elements: number]>([
  ['u-mamba', 'UMambaBot', 210 * 640 * 16],
  [
    'u-mamba',
    'UMambaEnc',
    16 * (1_720_320 * 64 + 430_080 * 128 + 53_760 * 256 + 6_720 * 512 + 840 * 640 + 320 * 420),
  ],
  ['segmamba', 'SegMamba', 6 * 16 * (262_144 * 96 + 32_768 * 192 + 4_096 * 384 + 512 * 768)],
])('the scans of %s, %s, have as many state elements as the official ones', (file, network, elements) => {
  const { dense } = densityOf(reconciled(file, network), 'fvcore.scan', 'inference')
  expect(dense.differences.find(({ term }) => term === 'scan')).toMatchObject({ factor: 9, elements })
})

/** G as the tools' output was recorded; `inference` leaves deep supervision out. */
interface Anchor {
  readonly network: readonly [file: string, name: string, args?: Arguments]
  readonly mode: 'training' | 'inference'
  readonly printed: Readonly<Partial<Record<ConventionName, string>>>
}

// thop and ptflops' own hooks count this nnU-Net v2 up to eight times over, since it holds each layer under several names; there
// is no such number here.
const anchors: readonly Anchor[] = [
  {
    network: ['nnunet', 'NNUNetV1'],
    mode: 'training',
    printed: {
      mac: '478.526',
      fvcore: '480.312',
      'ptflops-aten': '478.883',
      'ptflops-py@0.7.4': '535.284',
      'thop@0.1.1': '535.284',
      torchinfo: '534.212',
    },
  },
  {
    network: ['nnunet', 'NNUNet'],
    mode: 'inference',
    printed: { mac: '478.171', fvcore: '479.957', 'ptflops-aten': '478.651', torchinfo: '533.980' },
  },
  {
    network: ['nnunet', 'NNUNet', { patch: '[96, 96, 96]', classes: '14' }],
    mode: 'inference',
    printed: { mac: '201.672', fvcore: '202.425', 'ptflops-aten': '201.873', torchinfo: '225.215' },
  },
  {
    network: ['unetpp3d', 'UNetPlusPlus3D'],
    mode: 'training',
    printed: {
      mac: '2378.493',
      fvcore: '2383.561',
      'ptflops-aten': '2379.506',
      'ptflops-py@0.7.4': '2620.614',
      'thop@0.1.1': '2620.614',
      torchinfo: '2617.573',
    },
  },
  {
    network: ['e2enet', 'E2ENet', { S: '0' }],
    mode: 'training',
    printed: {
      mac: '1012.357',
      fvcore: '1017.489',
      'ptflops-aten': '1013.383',
      'thop@0.1.1': '1538.500',
      torchinfo: '1535.421',
    },
  },
  {
    network: ['vnet', 'VNet', { classes: '14' }],
    mode: 'training',
    printed: {
      mac: '832.595',
      fvcore: '833.049',
      'ptflops-aten': '832.668',
      'ptflops-py@0.6.9': '860.697',
      'thop@0.1.1': '860.750',
      torchinfo: '859.915',
    },
  },
]

test.each(anchors.map((one) => [`${one.network[0]} ${one.network[1]}`, one] as const))(
  '%s counts as the tools print',
  (_, { network, mode, printed }) => {
    const rows = reconciled(...network)
    const names = Object.keys(printed) as ConventionName[]
    const shown = names.map((name) => [name, (densityOf(rows, name, mode).dense.total / 1e9).toFixed(3)])
    expect(Object.fromEntries(shown)).toEqual(printed)
  },
)

describe('E2ENet against nnU-Net at 128³, as the paper counts', () => {
  const nnunet = densityOf(reconciled('nnunet', 'NNUNetV1'), 'e2enet').effective.total

  test.each([
    ['0.7', 968_561_459_200],
    ['0.8', 777_982_377_984],
  ])('S = %s', (S, flops) => {
    expect(densityOf(reconciled('e2enet', 'E2ENet', { S }), 'e2enet').effective.total).toBe(flops)
  })

  test('the abstract: 27 % fewer FLOPs at S = 0.8, and over 69 % fewer parameters', () => {
    const example = compileExample('examples/e2enet.weft', 'E2ENet', {})
    const { effective } = densityOf(byName(reconcile(example.report)), 'e2enet')
    const plain = compileExample('examples/nnunet.weft', 'NNUNetV1', {
      pools: '[[1, 2, 2], [2, 2, 2], [2, 2, 2], [2, 2, 2], [1, 2, 2]]',
    })
    const parameters = [example, plain].map(({ report }) => report.totals.training.effectiveParameters)
    expect(1 - effective.total / nnunet).toBeCloseTo(0.271, 3)
    expect(1 - (parameters[0] ?? 0) / (parameters[1] ?? 0)).toBeGreaterThan(0.69)
  })

  test('counted on input positions the same network saves 40.5 %', () => {
    const rows = reconciled('e2enet', 'E2ENet')
    const mac = densityOf(reconciled('nnunet', 'NNUNetV1'), 'mac').effective.total
    expect(1 - densityOf(rows, 'mac').effective.total / mac).toBeCloseTo(0.405, 3)
  })

  test('S = 0.9, where the layers that the released code fixes at 80 % follow S', () => {
    const text = readFileSync(`${repository}examples/e2enet.weft`, 'utf8')
    const uniform = text.replace(/^.*the released code fixes these.*\n/m, '')
    expect(uniform).not.toBe(text)
    const host = { read: (path: string) => (path === 'e.weft' ? uniform : repositoryHost.read(path)) }
    const { graph, sources } = compile('e.weft', host, { arguments: { S: '0.9' } })
    if (graph === undefined) throw new Error('no graph')
    const { report } = cost(graph, { entry: 'e.weft', files: sources }, conventions.e2enet)
    expect(((report?.totals.training.effectiveCounted ?? 0) / 1e9).toFixed(1)).toBe('491.5')
  })
})

describe('any network', () => {
  const cases: readonly (readonly [string, string, Arguments])[] = [
    ['e2enet', 'E2ENet', { patch: '[64, 64, 64]' }],
    ['unet3d', 'UNet3D', {}],
    ['unetpp', 'UNetPlusPlus', {}],
    ['nnunet-resenc', 'ResEncM', {}],
    ['vnet', 'VNet', {}],
  ]

  test.each(cases)('%s %s: the terms add up, modules and lines to totals', (file, name, args) => {
    const { report, graph, sources } = compileExample(`examples/${file}.weft`, name, args)
    const rows = byName(reconcile(report))
    const mac = rows.get('mac')
    for (const { convention, training, inference } of rows.values()) {
      for (const [own, base] of [
        [training, mac?.training],
        [inference, mac?.inference],
      ] as const) {
        expect(sumOf(own?.dense)).toBe(base?.dense.total)
        const ignored = convention.sparsity === 'ignored'
        expect(sumOf(own?.effective)).toBe(base?.[ignored ? 'dense' : 'effective'].total)
      }
      const { totals, modules, lines, operators } = costOf(graph, sources, convention)
      expect(totals.training.counted).toBe(training?.dense.total)
      expect(totals.training.effectiveCounted).toBe(training?.effective.total)
      expect(totals.inference.counted).toBe(inference?.dense.total)
      for (const parts of [modules, lines, operators]) {
        expect(parts.reduce((sum, one) => sum + (one.training.counted ?? 0), 0)).toBe(training?.dense.total)
      }
      expect(totals.training.macs).toBe(report.totals.training.macs)
    }
  })

  function sumOf(side: Density['dense'] | undefined): number {
    return (side?.total ?? 0) - (side?.differences ?? []).reduce((sum, { amount }) => sum + amount, 0)
  }

  const costOf = (...given: Parameters<typeof cost>): NonNullable<ReturnType<typeof cost>['report']> => {
    const { report } = cost(...given)
    if (report === undefined) throw new Error('no report')
    return report
  }
})

describe('limits', () => {
  const wide = (extent: number): { graph: Graph; sources: Parameters<typeof cost>[1] } =>
    graphOf(`network Net {
      input x: [1000, ${extent}, 1000]
      output y = x -> conv(1000, 1, bias = false)
    }`)

  test('a count past 2^53 is a diagnostic, under the convention and in the reconciliation', () => {
    // 10^6 weights at 4·10^9 positions: 4·10^15 MACs are below 2^53 ≈ 9·10^15, six times as many are not.
    const { graph, sources } = wide(4_000_000)
    const { report, diagnostics } = cost(graph, sources)
    expect(diagnostics).toEqual([])
    expect(cost(graph, sources, conventions['flop.train']).diagnostics.map(({ name }) => name)).toEqual([
      'integer-overflow',
    ])
    if (report === undefined) throw new Error('no report')
    expect(reconcile(report)).toMatchObject({ name: 'integer-overflow' })
  })

  test('free extents leave every total unknown', () => {
    const { graph, sources } = graphOf(
      'network Net { input x: [1, 8, 8]  output y = x -> relu -> conv(2, 3) }',
    )
    const free = symbolDim({ name: 'H', multiple: 8 })
    const nodes = graph.nodes.map((node): GraphNode => ({
      ...node,
      type: { ...node.type, shape: [node.type.shape[0] ?? 0, free, 8] },
    }))
    const { report } = cost({ ...graph, nodes }, sources, conventions.fvcore)
    if (report === undefined) throw new Error('no report')
    expect(report.totals.training.counted).toBeUndefined()
    expect(byName(reconcile(report)).get('thop@0.1.1')?.training).toBeUndefined()
  })
})
