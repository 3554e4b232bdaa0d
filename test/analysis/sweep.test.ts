// Sweeps without a command line: ranges, points, fronts, scores, results that find their points, and the document that says all of it.
import { describe, expect, test } from 'vitest'
import { mostPoints, readAxes } from '../../src/compiler/analysis/sweep/axes.ts'
import { attach, objectiveOf, type Measurement } from '../../src/compiler/analysis/sweep/measurements.ts'
import { paretoFront } from '../../src/compiler/analysis/sweep/pareto.ts'
import { pointsOf } from '../../src/compiler/analysis/sweep/points.ts'
import { tradeOffScores } from '../../src/compiler/analysis/sweep/score.ts'
import { isProblem } from '../../src/compiler/diagnostics/diagnostic.ts'
import { cost } from '../../src/compiler/analysis/cost.ts'
import { memory } from '../../src/compiler/analysis/memory.ts'
import { compile, type SourceHost } from '../../src/compiler/compile.ts'
import { planSweep, runSweep, type SweepOptions } from '../../src/compiler/sweep.ts'
import { metricCells } from '../../src/backends/report/sweep/figures.ts'
import { renderSweep } from '../../src/backends/report/sweep/index.ts'
import {
  sweepDocument,
  type SweepDocument,
  type SweepDocumentOptions,
} from '../../src/backends/report/sweep/model.ts'
import { repositoryHost } from '../examples/compile-example.ts'
import { validator } from '../support/specs.ts'

function valuesOf(text: string): readonly string[] | string {
  const axes = readAxes([text])
  return isProblem(axes) ? axes.name : (axes[0]?.values ?? [])
}

describe('--over', () => {
  test.each([
    ['S=0.5..0.7:0.05', ['0.5', '0.55', '0.6', '0.65', '0.7']],
    ['S=0.1..0.35:0.1', ['0.1', '0.2', '0.3']],
    ['S=-0.1..0.1:0.1', ['-0.1', '0', '0.1']],
    ['S=50%..90%:20%', ['50%', '70%', '90%']],
    ['n=3..5', ['3', '4', '5']],
    ['n=64..16:-16', ['64', '48', '32', '16']],
    ['n=7..7', ['7']],
    ['n=1, 2..3 ,8', ['1', '2', '3', '8']],
    ['n=1,10,100,1%,"1"', ['1', '10', '100', '1%', '"1"']],
    ['patch=[96, 96],[128, 128]', ['[96, 96]', '[128, 128]']],
    ['w=min(1, 2),[i for i in 1..3],"a,b"', ['min(1, 2)', '[i for i in 1..3]', '"a,b"']],
  ])('%s', (text, values) => {
    expect(valuesOf(text)).toEqual(values)
  })

  test.each([
    ['base', 'sweep-malformed'],
    ['=3', 'sweep-malformed'],
    ['base=', 'sweep-malformed'],
    ['base=1,,2', 'sweep-malformed'],
    ['S=0.5..0.9', 'sweep-range'],
    ['S=0.5..0.9:0', 'sweep-range'],
    ['S=0.5..0.9:-0.1', 'sweep-range'],
    ['S=50%..0.9:0.1', 'sweep-range'],
    ['S=0.1:0.9', 'sweep-range'],
    ['n=1..m', 'sweep-range'],
    ['n=1,2,1', 'sweep-value-twice'],
    ['n=4,4.0', 'sweep-value-twice'],
    ['S=0.5,0.50', 'sweep-value-twice'],
    ['S=0.5..0.9:0.1,70%', 'sweep-value-twice'],
    ['S=-0,0%', 'sweep-value-twice'],
    ['S=0.001,1e-3', 'sweep-value-twice'],
    ['n=1..999999999999', 'sweep-too-large'],
  ])('%s: %s', (text, name) => {
    expect(valuesOf(text)).toBe(name)
  })

  test.each([
    ['0.1:0.9:0.1', '0.1..0.9:0.1'],
    ['0.1:0.2:0.9', '0.1..0.9:0.2'],
    ['0.1..0.9..0.2', '0.1..0.9:0.2'],
    ['50%:90%', '50%..90%:STEP'],
    ['3:6', '3..6'],
  ])('the range that %s means is %s', (text, suggestion) => {
    expect(readAxes([`S=${text}`])).toMatchObject({ name: 'sweep-range', parts: { suggestion } })
  })

  test('the last parameter varies fastest; a parameter is swept once; points are bounded', () => {
    const axes = readAxes(['a=1,2', 'b=3,4'])
    const points = isProblem(axes) ? axes : pointsOf(['N', 'M'], axes)
    expect(
      isProblem(points) ? points : points.map((one) => [one.network, ...Object.values(one.given)].join('')),
    ).toEqual(['N13', 'N14', 'N23', 'N24', 'M13', 'M14', 'M23', 'M24'])
    expect(readAxes(['a=1', 'a=2'])).toMatchObject({ name: 'sweep-parameter-twice' })
    const many = [1, 2, 3].map((k) => ({
      name: `p${k}`,
      values: Array.from({ length: 22 }, (_, i) => String(i)),
    }))
    expect(pointsOf(['N'], many)).toMatchObject({
      name: 'sweep-too-large',
      parts: { points: '10648', limit: mostPoints },
    })
  })
})

describe('the front', () => {
  test('leaves out what another point beats; equals are on it together; who lacks a value takes no part', () => {
    const points = [
      [1, 0.8],
      [2, 0.9],
      [2, 0.9],
      [3, 0.85],
      [0, null],
    ] as const
    expect(paretoFront(points, ['minimise', 'maximise'])).toEqual([0, 1, 2])
    expect(paretoFront(points, ['minimise', 'minimise'])).toEqual([0])
    expect(paretoFront(points, ['maximise', 'maximise'])).toEqual([1, 2, 3])
  })

  test('is what comparing all pairs gives', () => {
    const points = Array.from({ length: 200 }, (_, k) => [(k * 37) % 53, (k * 61) % 47, (k * 17) % 29])
    const beaten = points.map((a) =>
      points.some((b) => b.every((x, k) => x <= (a[k] ?? 0)) && b.some((x, k) => x < (a[k] ?? 0))),
    )
    const expected = beaten.flatMap((one, at) => (one ? [] : [at]))
    expect(paretoFront(points, ['minimise', 'minimise', 'minimise'])).toEqual(expected)
  })
})

test('the trade-off score is a1 · share of the best accuracy + a2 · shares of the least costs', () => {
  const contenders = [
    { accuracy: 90, parameters: 10, flops: 400 },
    { accuracy: 81, parameters: 5, flops: 100 },
    { accuracy: null, parameters: 1, flops: 1 },
  ]
  expect(tradeOffScores(contenders, [1, 0.5])).toEqual([1 + 0.5 * (0.5 + 0.25), 0.9 + 0.5 * 2, null])
  expect(tradeOffScores([{ accuracy: 0, parameters: 1, flops: 1 }], [1, 0.5])).toEqual([null])
})

describe('results', () => {
  const point = (network: string, S: number, base: number): Parameters<typeof attach>[0][number] => ({
    network,
    arguments: [
      { name: 'S', value: S },
      { name: 'base', value: base },
      { name: 'patch', value: [8, 8] },
    ],
  })
  const points = [point('N', 0.1 + 0.2, 8), point('N', 0.3, 16), { network: 'N', arguments: undefined }]
  const result = (given: Measurement['arguments'], network: string | null = null): Measurement => ({
    metric: 'dice',
    value: 0.9,
    network,
    arguments: given,
    where: { file: 'r.csv', line: 2 },
  })

  test('find their point by value; the rest is left over', () => {
    const other = result({ S: 0.4, base: 8 })
    const found = attach(points, [
      result({ S: 0.3, base: 8, patch: [8, 8] }),
      other,
      result({ base: 16 }, 'M'),
    ])
    expect(found).toMatchObject({ unmatched: [other, result({ base: 16 }, 'M')] })
    expect('found' in found && found.found.map((one) => one.get('dice')?.value)).toEqual([
      0.9,
      undefined,
      undefined,
    ])
  })

  test('belong to one point, and a point has one of each', () => {
    expect(attach(points, [result({ S: 0.3 })])).toMatchObject({
      name: 'measured-ambiguous',
      parts: { points: 2, missing: ['base'] },
    })
    expect(attach(points, [result({ base: 8 }), result({ S: 0.3, base: 8 })])).toMatchObject({
      name: 'measured-twice',
    })
  })

  test('are better the more they are, unless they are distances, errors or times', () => {
    expect(
      ['dice', 'hd95', 'mean_hd95', 'surface_dice', 'latency ms'].map((one) => objectiveOf(one)),
    ).toEqual(['maximise', 'minimise', 'minimise', 'maximise', 'minimise'])
    expect(objectiveOf('regret', ['regret'])).toBe('minimise')
  })
})

const spec = `network Net(base: int = 4, kernel: int = 3) {
  input image: [1, 8, 8]
  output logits = image -> conv(base, kernel) -> relu -> conv(2, 1)
  budget params <= 200
  assert base < 32, "too wide"
}
network Deep(more: int = 2) = Net(base = 2 * more)
`
const host = { read: (path: string) => (path === 'net.weft' ? spec : undefined) }

const regret = (base: number, value: number): Measurement => ({
  metric: 'regret',
  value,
  network: null,
  arguments: { base },
  where: { file: 'r.csv', line: base },
})

function swept(
  options: SweepOptions,
  more: Partial<SweepDocumentOptions> = {},
  files: SourceHost = host,
): SweepDocument {
  const plan = planSweep('net.weft', files, options)
  if ('kind' in plan) throw new Error(JSON.stringify(plan))
  const document = sweepDocument(plan, runSweep(plan, files), { file: 'net.weft', ...more })
  if (isProblem(document)) throw new Error(JSON.stringify(document))
  return document
}

describe('the document', () => {
  test('has a row for every point, whatever became of it', () => {
    const document = swept({ over: ['base=4,16,32,true'], metrics: ['params', 'fmap'] })
    expect(
      document.rows.map(({ status, values, front }) => [status, values['params'] ?? null, front]),
    ).toEqual([
      ['counted', 50, true],
      ['counted', 194, false],
      ['failed', null, false],
      ['failed', null, false],
    ])
    expect(document.rows.map(({ findings }) => findings.map(({ code }) => code))).toEqual([
      [],
      [],
      ['WEFT602'],
      ['WEFT301'],
    ])
    expect(document.rows[2]?.findings[0]).toMatchObject({ place: { file: 'net.weft', line: 5 } })
    expect(document.rows[3]?.findings[0]).toMatchObject({ place: null })
    expect(validator('weft-sweep-1.schema.json')(document)).toBe('')
  })

  test('takes names that every object has as names like others', () => {
    const named = spec.replaceAll('kernel', 'constructor')
    const namedHost = { read: () => named }
    const document = swept({ over: ['base=4,32'], metrics: ['params'] }, {}, namedHost)
    expect(document.rows.map((row) => row.arguments)).toEqual([{ base: 4 }, null])
    const results = [{ ...regret(4, 1), metric: 'valueOf' }]
    const measured = swept(
      { over: ['base=4,8,32'], metrics: ['params'] },
      { measurements: results },
      namedHost,
    )
    expect(renderSweep(measured, 'csv', { width: 80 }).split('\n').slice(1, 4)).toEqual([
      'Net,4,50,1,yes,counted,,',
      'Net,8,98,,no,counted,,',
      'Net,32,,,no,failed,WEFT602,assertion failed: too wide',
    ])
    for (const format of ['text', 'md'] as const)
      expect(renderSweep(measured, format, { width: 80 })).not.toContain('native code')
  })

  test('points over a budget are counted, told, and not on the front', () => {
    const document = swept({ over: ['base=16', 'kernel=3,5'], metrics: ['macs'] }, { pareto: ['macs'] })
    expect(document.rows.map(({ status, front }) => [status, front])).toEqual([
      ['counted', true],
      ['over-budget', false],
    ])
    expect(document.rows[1]?.findings[0]?.message).toContain('450')
    expect(document.memory).toBeNull()
  })

  test('says the same in every format, with results and scores', () => {
    const measurement = (base: number, value: number): Measurement => ({
      metric: 'dice',
      value,
      network: 'Net',
      arguments: { base },
      where: { file: 'r.csv', line: base },
    })
    const document = swept(
      { over: ['base=4,8,12'], scored: true },
      { measurements: [measurement(4, 0.8), measurement(8, 0.9), measurement(9, 1)] },
    )
    expect(validator('weft-sweep-1.schema.json')(document)).toBe('')
    expect(document.score).toMatchObject({ accuracy: 'dice', parameters: 'params', flops: 'e2enet' })
    expect(document.front.metrics).not.toContain('e2enet')
    expect(document.measured).toMatchObject({ unmatched: [{ line: 9 }], incomplete: [2] })
    const texts = (['text', 'md', 'csv', 'json'] as const).map((format) =>
      renderSweep(document, format, { width: 200 }),
    )
    for (const text of texts) expect(text).toMatch(/0\.80?\b.*/)
    expect(texts[0]).toContain('r.csv, line 9: no counted point has Net, base = 9; dice 1 left out')
    expect(texts[0]).toContain('1 of 3 counted points lacks a measured result')
    expect(texts[2]?.split('\n')[1]).toMatch(/^Net,4,50,.*,0\.8,1\.88\d*,yes,counted,,$/)
  })

  test.each([
    [
      [0.8, 1e-7],
      ['0.8000000', '0.0000001'],
      ['0.800000', '1e-7'],
    ],
    [
      [0.5, 12],
      ['0.5', '12.0'],
      ['0.5', '12.0'],
    ],
    [
      [0.25, 2.5e-17, 1e21],
      ['0.25', '2.5e-17', '1e+21'],
      ['0.250000', '2.5e-17', '1e+21'],
    ],
    [
      [0.123456789, 123456789.5],
      ['0.123456789', '123456789.500000000'],
      ['0.123457', '123456789.500000'],
    ],
    [
      [1 / 3, -2e-9],
      ['0.3333333333333333', '-2e-9'],
      ['0.333333', '-2e-9'],
    ],
  ])(
    'writes the results %j with all of their digits, or rounded ones that are not 0',
    (values, exact, rounded) => {
      const bases = [4, 8, 12].slice(0, values.length)
      const measurements = bases.map((base, at) => regret(base, values[at] ?? 0))
      const document = swept({ over: [`base=${bases.join(',')}`], metrics: ['params'] }, { measurements })
      const cells = (exactness: 'exact' | 'rounded'): unknown =>
        document.rows.map(metricCells(document, exactness)).map((row) => row.at(-1))
      expect([cells('exact'), cells('rounded')]).toEqual([exact, rounded])
    },
  )

  test('counts what weft cost and weft memory count', () => {
    const entry = 'examples/e2enet.weft'
    const plan = planSweep(entry, repositoryHost, {
      over: ['S=80%'],
      metrics: [
        'params',
        'params.dense',
        'macs',
        'macs.dense',
        'macs.training',
        'memory.training',
        'memory.inference',
        'fmap',
        'e2enet',
      ],
      memory: { batch: 2, optimizer: 'adam' },
    })
    if ('kind' in plan) throw new Error(JSON.stringify(plan))
    const [outcome] = runSweep(plan, repositoryHost)
    const { graph, sources } = compile(entry, repositoryHost)
    if (graph === undefined) throw new Error('no graph')
    const totals = cost(graph, { entry, files: sources }).report?.totals
    const held = memory(graph, { batch: 2, optimizer: 'adam' })
    expect(outcome?.values).toEqual({
      params: totals?.training.effectiveParameters,
      'params.dense': totals?.training.parameters,
      macs: totals?.inference.effectiveMacs,
      'macs.dense': totals?.inference.macs,
      'macs.training': totals?.training.effectiveMacs,
      'memory.training': held?.training.totalBytes,
      'memory.inference': held?.inference.totalBytes,
      fmap: held?.featureMap,
      e2enet: 776_933_801_984,
    })
  })
})

describe('before the first point', () => {
  const refused = (options: SweepOptions): unknown => {
    const plan = planSweep('net.weft', host, options)
    if (!('kind' in plan)) return 'planned'
    return plan.kind === 'problem' ? plan.name : plan.diagnostics.map(({ name, help }) => [name, help])
  }

  test('mistakes are told once', () => {
    expect(refused({ over: ['bas=1,2,3'] })).toEqual([['unknown-parameter', 'did you mean `base`?']])
    expect(refused({ over: ['base=1'], arguments: { base: '2' } })).toBe('sweep-parameter-twice')
    expect(refused({ over: ['constructor=1,2'] })).toMatchObject([['unknown-parameter', expect.anything()]])
    expect(refused({ over: ['base=1'], metrics: ['parms'] })).toBe('unknown-sweep-metric')
    expect(refused({ over: [], networks: ['Dep'] })).toEqual([['unknown-network', 'did you mean `Deep`?']])
    const broken = { read: () => spec.replace('relu', 'relo') }
    expect(planSweep('net.weft', broken, { over: ['base=1,2'] })).toMatchObject({
      kind: 'refused',
      diagnostics: [{ name: 'unknown-name' }],
    })
  })

  test('networks of one file, a parameter of the base too', () => {
    const document = swept({ over: ['kernel=1,3'], networks: 'all', metrics: ['params'] })
    expect(document.rows.map(({ network, values }) => [network, values['params']])).toEqual([
      ['Net', 18],
      ['Net', 50],
      ['Deep', 18],
      ['Deep', 50],
    ])
    expect(refused({ over: ['more=1'], networks: 'all' })).toMatchObject([
      ['unknown-parameter', expect.anything()],
    ])
  })
})
