// Fits of specs: the same answers as counting every point, what binds, what is refused.
import { describe, expect, test } from 'vitest'
import {
  fitDocument,
  isProblem,
  planFit,
  planSweep,
  renderFit,
  runFit,
  runSweep,
  type FitDocument,
  type FitOptions,
  type FitOutcome,
} from '../../../src/index.ts'
import { locate } from '../../../src/node/index.ts'
import { example, validator } from '../../support/specs.ts'

type Host = Parameters<typeof planFit>[1]

const hostOf = (text: string): Host => ({ read: (path) => (path === 'net.weft' ? text : undefined) })

function fit(entry: string, host: Host, options: FitOptions): { outcome: FitOutcome; document: FitDocument } {
  const plan = planFit(entry, host, options)
  if ('kind' in plan || isProblem(plan)) throw new Error(JSON.stringify(plan))
  const outcome = runFit(plan, host)
  const document = fitDocument(plan, outcome, entry)
  expect(validator('weft-fit-1.schema.json')(document)).toBe('')
  return { outcome, document }
}

interface Limits {
  readonly params: number
  readonly macs: number
}

/** What a sweep over the same values says: the best of its points within the limits. */
function bySweeping(
  entry: string,
  host: Host,
  { vary, network, objective, arguments: set = {} }: FitOptions,
  limits: Limits,
): Readonly<Record<string, string>> | undefined {
  const metrics = [objective.metric, 'params', 'macs']
  const plan = planSweep(entry, host, {
    over: vary,
    metrics,
    arguments: set,
    ...(network === undefined ? {} : { networks: [network] }),
  })
  if ('kind' in plan || isProblem(plan)) throw new Error(JSON.stringify(plan))
  const sign = objective.sense === 'maximise' ? -1 : 1
  const fitting = runSweep(plan, host)
    .filter(({ status }) => status === 'counted')
    .map(({ given, values }) => ({
      given,
      params: values['params'] ?? Infinity,
      macs: values['macs'] ?? Infinity,
      value: sign * (values[objective.metric] ?? Infinity),
    }))
    .filter(({ params, macs }) => params <= limits.params && macs <= limits.macs)
  // Sorting is stable: of equals the first point stays first.
  fitting.sort((a, b) => a.value - b.value || a.params - b.params || a.macs - b.macs)
  return fitting[0]?.given
}

const within = ({ params, macs }: Limits): string[] => [`params <= ${params}`, `macs <= ${macs}`]

/** Whole numbers below `most`, by a linear congruential generator (Numerical Recipes). */
function numbersFrom(seed: number): (most: number) => number {
  let state = seed
  return (most) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return Math.floor((state / 2 ** 32) * most)
  }
}

/** Widths that are clipped, a kernel that is smaller for some widths, sides that have to divide, and at times a budget of its own. */
function randomSpec(next: (most: number) => number): string {
  const budget = next(3) === 0 ? `budget params <= ${500 + next(4000)}` : ''
  const kernel = next(2) === 0 ? '3' : `(base % ${2 + next(3)} == 0 ? 1 : 3)`
  return `network Net(base: int = 4, depth: int = 1, size: [int] = [16, 16], S: float = 0.5) {
  input image: [1, ...size]
  let width = [min(base * 2^i, ${8 + next(24)}) for i in 0..depth]
  backbone encoder {
    level[0] = image -> conv(width[0], ${kernel}) -> relu
    level[i] for i in 1..depth = level[i-1] -> max_pool(2) -> conv(width[i], 3) -> relu
  }
  fusion lattice {
    node[i] for i in 0..depth {
      edge forward = encoder[i]
      fuse = concat -> conv(width[i], 3)
    }
    sparsity S
  }
  output logits = lattice[0] -> conv(2, 1)
  ${depthAux(next)}
  assert size[0] % 2^depth == 0, "sides have to divide"
  ${budget}
}
`
}

const depthAux = (next: (most: number) => number): string =>
  next(2) === 0 ? '' : 'aux output deep = lattice[depth] -> conv(2, 1)'

describe('a fit', () => {
  test.each([1, 2, 3, 4, 5, 6, 7, 8])('of random networks is that of a sweep, seed %i', (seed) => {
    const next = numbersFrom(seed)
    const host = hostOf(randomSpec(next))
    const vary = ['base=2..8', `size[0]=${8 + next(3)}..18:${2 + next(2)}`, 'depth=1,2', 'S=0,0.4,0.8']
    const limits = { params: 200 + next(6000), macs: 50_000 + next(2_000_000) }
    const objective = (
      [
        { metric: 'params', sense: 'maximise' },
        { metric: 'macs', sense: 'minimise' },
        { metric: 'receptive_field', sense: 'maximise' },
      ] as const
    )[next(3)]
    if (objective === undefined) throw new Error('no objective')
    const options = { vary, objective, within: within(limits) }
    const { outcome } = fit('net.weft', host, options)
    expect(outcome.best?.given).toEqual(bySweeping('net.weft', host, options, limits))
  })

  test.each([
    [
      'unet',
      'UNetMilesial',
      ['base=4..20:2', 'depth=1,2', 'size[0]=32..56:8'],
      { params: 6e4, macs: 6e7 },
      {},
    ],
    [
      'nnunet',
      'NNUNet',
      ['base=4..12:2', 'patch=[32, 32, 32],[64, 32, 32],[64, 64, 32]', 'max_width=16,32,48,64,320'],
      { params: 2e6, macs: 5e8 },
      {},
    ],
    [
      'e2enet',
      'E2ENet',
      ['base=4..8:2', 'patch[0]=8,16,24', 'S=0..0.7:0.1'],
      { params: 9e3, macs: 8e6 },
      { pools: '[[2, 2, 2], [2, 2, 2]]' },
    ],
  ] as const)(
    'of %s is that of a sweep, of fewer points',
    (name, network, vary, limits, set) => {
      const place = locate(example(name))
      if (isProblem(place)) throw new Error(place.name)
      const { entry, host } = place
      const options = {
        vary,
        network,
        arguments: set,
        within: within(limits),
        objective: { metric: 'params', sense: 'maximise' },
      } as const
      const { document } = fit(entry, host, options)
      expect(document.best?.given).toEqual(bySweeping(entry, host, options, limits))
      expect(document.search.evaluated).toBeLessThan(document.search.points)
    },
    60_000,
  )
})

const plain = `network Net(base: int = 4, size: [int] = [16, 16]) {
  input image: [1, ...size]
  output logits = image -> conv(base, 3) -> relu -> conv(2, 1)
  assert base != 6, "not six"
}

results paper for Net {
  dice = 0.8 at base = 4
  dice = 0.9 at base = 8
  dice = 0.95 at base = 12
}
`

const widest = { metric: 'params', sense: 'maximise' } as const

describe('what a fit says', () => {
  test('which limit binds, what would be without it, and what a step changes', () => {
    const { document } = fit('net.weft', hostOf(plain), {
      vary: ['base=3..12', 'size[1]=8,16'],
      within: ['params <= 70', 'macs <= 1G'],
      objective: widest,
    })
    expect(document.best).toMatchObject({
      given: { base: '5', 'size[1]': '8' },
      settings: { base: '5', size: '[16, 8]' },
      arguments: { base: 5, size: [16, 8] },
      value: 62,
      totals: { params: 62, macs: 16 * 8 * (5 * 9 + 2 * 5) },
    })
    expect(document.limits).toMatchObject([
      {
        name: 'params(training)',
        actual: 62,
        slack: 8,
        binds: true,
        without: { given: { base: '12', 'size[1]': '8' }, value: 146 },
      },
      { name: 'macs(inference)', binds: false, without: null },
    ])
    expect(document.steps.map(({ knob, to, status, change }) => [knob, to, status, change?.value])).toEqual([
      ['base', '6', 'failed', undefined],
      ['base', '4', 'within', -12],
      ['size[1]', '16', 'within', 0],
    ])
    expect(document.failures).toMatchObject([
      { finding: { code: 'WEFT602' }, points: 2, given: { base: '6' } },
    ])
    const text = renderFit(document, 'text', { width: 100 })
    expect(text).toContain('best: base = 5, size[1] = 8')
    expect(text).toContain('binds: without it params would be 146, at base = 12, size[1] = 8')
    expect(renderFit(document, 'set', { width: 100 })).toBe("--set base=5 --set 'size=[16, 8]'\n")
  })

  test('what every limit would need where none can be kept', () => {
    const { document } = fit('net.weft', hostOf(plain), {
      vary: ['base=8,4'],
      within: ['params <= 40', 'macs <= 20K'],
      objective: widest,
    })
    expect(document.best).toBeNull()
    expect(document.limits).toMatchObject([
      { least: { given: { base: '4' }, actual: 50 } },
      { least: { given: { base: '4' }, actual: 256 * 44 } },
    ])
    expect(renderFit(document, 'text', { width: 100 })).toContain('no point is within all limits')
  })

  test("holds the spec's own budgets too", () => {
    const host = hostOf(plain.replace('assert', 'budget params <= 8 * base + 20\n  assert'))
    const { document } = fit('net.weft', host, { vary: ['base=1..12'], objective: widest })
    // 12 base + 2 <= 8 base + 20.
    expect(document.best?.given).toEqual({ base: '4' })
    expect(document.limits).toMatchObject([{ from: 'spec', limit: 52, actual: 50, binds: true }])
  })

  test('of measured figures only what was measured is chosen, by the arguments in force', () => {
    const objective = { metric: 'dice', sense: 'maximise' } as const
    const vary = ['base=2..12', 'size=[16, 16],[8, 8]']
    const { document } = fit('net.weft', hostOf(plain), { vary, objective, within: ['params <= 130'] })
    expect(document.best).toMatchObject({ given: { base: '8', size: '[16, 16]' }, value: 0.9 })
    expect(document.search).toMatchObject({ points: 22, measured: 3, evaluated: 6 })
    expect(document.limits[0]).toMatchObject({ binds: true, without: { value: 0.95 } })
  })

  test.each([
    [{ vary: ['base'] }, 'sweep-malformed'],
    [{ vary: ['base=1,2', 'base=3'] }, 'sweep-parameter-twice'],
    [{ vary: ['size=[8, 8]', 'size[0]=8'] }, 'sweep-parameter-twice'],
    [{ vary: ['base=1..1000', 'size[0]=1..1000'] }, 'sweep-too-large'],
    [{ objective: { metric: 'dise', sense: 'maximise' } }, 'unknown-sweep-metric'],
    [{ vary: ['size[2]=8'] }, 'sweep-element'],
    [{ vary: ['bass=8'] }, 'unknown-parameter'],
    [{ within: ['flops <= 8'] }, 'unknown-metric'],
    [{ network: 'Nat' }, 'unknown-network'],
  ] as const)('%o is refused before any point is counted', (more, name) => {
    const options = { vary: ['base=1,2'], objective: widest, ...more }
    const plan = planFit('net.weft', hostOf(plain), options)
    if (!('kind' in plan)) throw new Error('it was planned')
    const found = plan.kind === 'refused' ? plan.diagnostics.map((one) => one.name) : [plan.name]
    expect(found).toEqual([name])
  })

  test('a metric that a network lacks is told of each point', () => {
    const host = hostOf(`network Flat(n: int = 4) {
  input image: [1, 8, 8]
  output flat = image -> flatten(start = 0) -> linear(n)
}`)
    const objective = { metric: 'receptive_field', sense: 'maximise' } as const
    const { document } = fit('net.weft', host, { vary: ['n=1,2'], objective })
    expect(document.failures).toMatchObject([{ finding: { name: 'fit-metric-unknown' }, points: 2 }])
  })
})
