// Dynamic sparse feature fusion: how connections change, that their number does not, and what the counts of edges mean.
import {
  dispose,
  memory,
  tensor,
  tidy,
  variable,
  zerosLike,
  type Tensor,
  type Variable,
} from '@tensorflow/tfjs-core'
import { readFileSync } from 'node:fs'
import { afterEach, beforeAll, describe, expect, test } from 'vitest'
import {
  initialConnections,
  rewired,
  type Growth,
} from '../../../../src/backends/tfjs/training/connections.ts'
import { edgeShares, fuseConvolutions } from '../../../../src/backends/tfjs/training/edges.ts'
import { createOptimiser, type Optimiser } from '../../../../src/backends/tfjs/training/optimisers.ts'
import {
  createTopology,
  dropRate,
  type Topology,
  type TopologyChange,
} from '../../../../src/backends/tfjs/training/topology.ts'
import type { Graph } from '../../../../src/compiler/ir/graph.ts'
import { activeConnections, activeCount } from '../../../../src/weights/connections.ts'
import { initialise } from '../../../../src/weights/initialise.ts'
import { stream } from '../../../../src/weights/streams.ts'
import { use } from '../../../conformance/tfjs-backends.ts'
import { graphOf } from '../../../support/compile-text.ts'
import { example } from '../../../support/specs.ts'
import { noise } from './fixtures.ts'

const random = (name = 'x'): Growth => ({ kind: 'random', random: stream(1, 'test', name) })

describe('one update of one weight', () => {
  const active = Uint8Array.of(1, 1, 0, 1, 1, 0, 1, 0)

  test('drops the smallest, grows as many, and keeps the number', () => {
    const scores = [5, 1, 0, 4, 2, 0, 3, 0]
    const found = rewired(active, scores, 0.3, random())
    // ceil(0.3 · 5) of the five: those of scores 1 and 2.
    expect([found.dropped, found.grown]).toEqual([2, 2])
    expect([0, 3, 6].map((at) => found.active[at])).toEqual([1, 1, 1])
    expect(activeCount(found.active)).toBe(5)
    expect([1, 4].map((at) => found.reset[at])).toEqual([1, 1])
  })

  test('drops exactly as many where scores are equal: those of lower position', () => {
    const growth: Growth = { kind: 'gradient', slopes: [0, 0, 3, 0, 0, 2, 0, 1] }
    const found = rewired(active, [1, 1, 0, 1, 1, 0, 1, 0], 0.4, growth)
    expect([...found.active]).toEqual([0, 0, 1, 1, 1, 1, 1, 0])
    expect(found.activated).toBe(2)
  })

  test('grows where the gradient is largest, and what it dropped may come back', () => {
    const growth: Growth = { kind: 'gradient', slopes: [9, 8, 1, 9, 9, 2, 9, 3] }
    const found = rewired(active, [5, 1, 0, 4, 2, 0, 3, 0], 0.3, growth)
    expect([...found.active]).toEqual([1, 1, 0, 1, 1, 0, 1, 0])
    expect([found.grown, found.activated]).toEqual([2, 0])
    expect([...found.reset]).toEqual([0, 1, 0, 0, 1, 0, 0, 0])
  })

  test('regrows at random about the share that chance says', () => {
    // The released code, run on one weight, kept 34131 of 61440: drop half of a tenth, and these grow among everything inactive.
    const many = Uint8Array.from({ length: 10_000 }, (_, at) => (at % 5 === 0 ? 1 : 0))
    const found = rewired(many, noise(10_000, 1).map(Math.abs), 0.5, random())
    expect(activeCount(found.active)).toBe(2000)
    const expected = 1000 * (8000 / 9000)
    expect(Math.abs(found.activated - expected)).toBeLessThan(40)
  })

  test('at a rate of 0 or in a dense weight nothing is lost', () => {
    expect([...rewired(active, [], 0, random()).active]).toEqual([...active])
    const dense = new Uint8Array(6).fill(1)
    expect([...rewired(dense, [1, 2, 3, 4, 5, 6], 0.5, random()).active]).toEqual([...dense])
  })
})

test('the drop rate is that of a cosine scheduler over the run', () => {
  const drop = { score: 'l1', rate: 0.5, decay: 'cosine', to: 0.001 } as const
  const at = (step: number): number => dropRate(drop, step, 1000)
  expect([at(0), at(500), at(1000)].map((rate) => rate.toFixed(9))).toEqual([
    '0.500000000',
    '0.250500000',
    '0.001000000',
  ])
  // The recursion by which PyTorch steps CosineAnnealingLR.
  let rate = 0.5
  for (let step = 1; step <= 600; step++) {
    const cosine = (one: number): number => 1 + Math.cos((Math.PI * one) / 1000)
    rate = (cosine(step) / cosine(step - 1)) * (rate - 0.001) + 0.001
  }
  expect(at(600)).toBeCloseTo(rate, 10)
  expect(dropRate({ ...drop, decay: 'constant' }, 900, 1000)).toBe(0.5)
})

describe('E2ENet', () => {
  const spec = readFileSync(example('e2enet'), 'utf8')
  const graphAt = (S: string): Graph =>
    graphOf(spec, {
      network: 'E2ENet',
      arguments: {
        S,
        pools: '[[1, 2, 2], [2, 2, 2], [2, 2, 2], [2, 2, 2], [2, 2, 2]]',
        patch: '[80, 160, 128]',
      },
    }).graph

  test.each([
    ['90%', 1_820_331],
    ['80%', 3_595_023],
    ['70%', 5_369_727],
  ])('at S = %s has as many active weights as the released code', (S, weights) => {
    let total = 0
    for (const parameter of graphAt(S).parameters) {
      const active = initialConnections(parameter, 1)
      if (active !== undefined) total += activeCount(active) * (parameter.mask?.elements ?? 0)
    }
    expect(total).toBe(weights)
  })

  test('has a fusing convolution at each of its 15 nodes, whose edges have all of its connections', () => {
    const found = fuseConvolutions(graphAt('80%'))
    expect(found).toHaveLength(15)
    for (const one of found) {
      const active = initialConnections(one.parameter, 1) ?? new Uint8Array()
      const shares = edgeShares(one, active)
      const sum = (values: number[]): number => values.reduce((all, value) => all + value, 0)
      expect(sum(shares.map((share) => share.active))).toBe(one.parameter.mask?.kept)
      expect(sum(shares.map((share) => share.total))).toBe(one.parameter.mask?.total)
    }
    const last = found.find((one) => String(one.node) === '1,4')
    expect(last?.edges.map((one) => one.edge)).toEqual(['forward', 'upward', 'downward'])
    expect(last?.parameter.shape).toEqual([96, 240, 1, 3, 3])
    if (last === undefined) return
    const shares = edgeShares(last, new Uint8Array(96 * 240).fill(1))
    expect(shares.map((share) => share.active / 96)).toEqual([96, 96, 48])
  })
})

const small = (sparsity: string): string => `
network Net {
  input image: [1, 8, 8]
  backbone encoder {
    level[0] = image -> conv(4, 3)
    level[1] = level[0] -> conv(6, 3, stride = 2)
  }
  fusion lattice {
    node[i, 0] for i in 0..1 = encoder[i]
    node[0, 1] {
      edge forward = node[0, 0]
      edge upward = node[1, 0] -> conv_transpose(4, 2, stride = 2, bias = false)
      fuse = concat -> conv(8, 3) -> relu
    }
    sparsity 60% { ${sparsity} }
  }
  output logits = lattice[0, 1] -> conv(2, 1)
}
`
const settings =
  'granularity = kernel\n drop = l1(rate = 0.5, decay = cosine(to = 0.1))\n grow = random\n every = 2 steps'

interface Bench {
  readonly variables: Map<string, Variable>
  readonly optimiser: Optimiser
  readonly topology: Topology
  readonly graph: Graph
}

const open: Bench[] = []
afterEach(() => {
  for (const { variables, optimiser, topology } of open.splice(0)) {
    topology.dispose()
    optimiser.dispose()
    for (const one of variables.values()) one.dispose()
  }
})

function bench(sparsity: string, seed: number): Bench {
  const { graph } = graphOf(small(sparsity))
  const weights = initialise(graph, seed)
  const variables = new Map(
    graph.parameters.map((one): [string, Variable] => [
      one.path,
      tidy(() => variable(tensor(weights.numbersOf(one) as Float32Array, [...one.shape]))),
    ]),
  )
  const optimizer = { kind: 'sgd', lr: 0.1, momentum: 0.9, nesterov: true, weightDecay: 1e-3 } as const
  const optimiser = createOptimiser(optimizer, variables)
  const trained = new Set(variables.keys())
  const topology = createTopology({
    graph,
    variables,
    seed,
    totalSteps: 20,
    trained,
    slotsOf: optimiser.slotsOf,
  })
  const made = { variables, optimiser, topology, graph }
  open.push(made)
  return made
}

/** One step with gradients that a formula gives, and the update that is due after it. */
function step({ variables, optimiser, topology }: Bench, at: number): TopologyChange | undefined {
  const gradients = new Map<string, Tensor>(
    [...variables].map(([path, one], k) => [path, tensor(noise(one.size, 50 * at + k), one.shape)]),
  )
  tidy(() => {
    const masked = new Map([...gradients].map(([path, one]) => [path, topology.masked(path, one)]))
    optimiser.apply({ gradients: masked, learningRate: 0.1, factor: 1, step: at })
  })
  topology.note(at, gradients)
  dispose([...gradients.values()])
  return topology.update(at)?.change
}

/** The connections outside of the mask that are not 0 in a weight or its momentum. */
function strays({ variables, optimiser, topology, graph }: Bench): number {
  let count = 0
  for (const [path, active] of topology.masks()) {
    const weight = variables.get(path)
    const parameter = graph.parameters.find((one) => one.path === path)
    if (weight === undefined || parameter?.mask === undefined) throw new Error(`no weight ${path}`)
    const { shape, mask } = parameter
    for (const one of [weight, ...optimiser.slotsOf(path)])
      activeConnections(Float32Array.from(one.dataSync()), { shape, mask }).forEach((nonzero, connection) => {
        count += nonzero * (1 - (active[connection] ?? 0))
      })
  }
  return count
}

const flags = (one: Bench): string =>
  [...one.topology.masks()].map(([path, active]) => `${path} ${active.join('')}`).join('\n')

beforeAll(() => use('wasm'))

describe.each(['kernel', 'weight', 'channel', 'block(outs = 3)'])(
  'training with masks by %s',
  (granularity) => {
    const text = settings.replace('kernel', granularity)

    test('keeps the number of connections, zeroes what is not one, and leaks nothing', () => {
      const net = bench(text, 1)
      const before = flags(net)
      const kept = [...net.topology.masks().values()].map(activeCount)
      const held = memory().numTensors
      const changes = Array.from({ length: 6 }, (_, k) => step(net, k + 1))
      expect(changes.map((one) => one?.step)).toEqual([undefined, 3, undefined, 5, undefined, 7])
      expect([...net.topology.masks().values()].map(activeCount)).toEqual(kept)
      expect(strays(net)).toBe(0)
      expect(flags(net)).not.toBe(before)
      expect(memory().numTensors).toBe(held)
      const [weight] = changes[1]?.weights ?? []
      const runs = net.graph.parameters.find(({ path }) => path === weight?.path)?.mask?.blocks?.count ?? 1
      const perRun = Math.ceil(((changes[1]?.rate ?? 0) * (weight?.active ?? 0)) / runs)
      expect(weight?.dropped).toBe(runs * perRun)
      expect(weight?.grown).toBe(weight?.dropped)
    })

    test('the same seed makes the same topology, another one another', () => {
      const [a, b, c] = [bench(text, 3), bench(text, 3), bench(text, 4)]
      for (const one of [a, b, c]) for (let at = 1; at <= 4; at++) step(one, at)
      expect(flags(a)).toBe(flags(b))
      expect(flags(a)).not.toBe(flags(c))
    })

    test('masks come back from what was saved', () => {
      const a = bench(text, 3)
      for (let at = 1; at <= 4; at++) step(a, at)
      const saved = new Map([...a.topology.masks()].map(([path, active]) => [path, active.slice()]))
      const b = bench(text, 3)
      b.topology.restore(saved, new Map())
      expect(strays(b)).toBeGreaterThan(0)
      b.topology.enforce()
      expect(flags(b)).toBe(flags(a))
      expect(strays(b)).toBe(0)
      expect(() => b.topology.restore(new Map(), new Map())).toThrow('no mask of')
    })
  },
)

test('grown connections begin at 0, and dropped momentum is gone', () => {
  const net = bench(settings, 1)
  step(net, 1)
  const before = new Map([...net.topology.masks()].map(([path, active]) => [path, active.slice()]))
  step(net, 2)
  let grown = 0
  for (const [path, active] of net.topology.masks()) {
    const [weight, momentum] = [net.variables.get(path), net.optimiser.slotsOf(path)[0]]
    const elements = (weight?.size ?? 0) / active.length
    const sizes = [weight, momentum].map((one) => [...(one?.dataSync() ?? [])])
    active.forEach((one, at) => {
      if (one !== 1 || before.get(path)?.[at] === 1) return
      grown += 1
      for (const numbers of sizes)
        expect(numbers.slice(at * elements, (at + 1) * elements).every((value) => value === 0)).toBe(true)
    })
  }
  expect(grown).toBeGreaterThan(3)
})

test('growth by gradient takes the largest dense gradients, of masked connections too', () => {
  const net = bench(settings.replace('random', 'gradient'), 1)
  const [path = '', active = new Uint8Array()] = [...net.topology.masks()][0] ?? []
  const weight = net.variables.get(path)
  if (weight === undefined) throw new Error('no weight')
  const target = active.indexOf(0)
  const elements = weight.size / active.length
  const slope = new Float32Array(weight.size)
  slope[target * elements] = -7
  const gradients = new Map([...net.variables].map(([name, one]): [string, Tensor] => [name, zerosLike(one)]))
  gradients.get(path)?.dispose()
  gradients.set(path, tensor(slope, weight.shape))
  net.topology.note(2, gradients)
  net.topology.update(2)
  expect(net.topology.masks().get(path)?.[target]).toBe(1)
  dispose([...gradients.values()])
})

test('without `every` the topology stays as it begins', () => {
  const net = bench('granularity = kernel', 1)
  const before = flags(net)
  for (let at = 1; at <= 4; at++) expect(step(net, at)).toBeUndefined()
  expect(flags(net)).toBe(before)
})

test('a record says how many connections each direction has', () => {
  const net = bench(settings, 1)
  const record = net.topology.record(0)
  expect(record.edges.map(({ fusion, node, edge, total }) => ({ fusion, node, edge, total }))).toEqual([
    { fusion: 'lattice', node: [0, 1], edge: 'forward', total: 32 },
    { fusion: 'lattice', node: [0, 1], edge: 'upward', total: 32 },
  ])
  expect(record.edges.reduce((total, one) => total + one.active, 0)).toBe(Math.round(64 * 0.4))
  expect(record.weights.map((one) => one.total)).toEqual([24, 64])
})

test('by weight and in groups, a connection still belongs to the edge that its input channel came from', () => {
  const parameter = { shape: [4, 2, 3] } as never
  const one = {
    fusion: 'f',
    node: [0],
    parameter,
    groups: 2,
    edges: [
      { edge: 'a', channels: [0, 1] as const },
      { edge: 'b', channels: [1, 4] as const },
    ],
  }
  const active = new Uint8Array(24)
  // Connections of blocks: two of group 0 and two of group 1, with two inputs each.
  const mask = { blocks: { count: 4, inputs: 2 } }
  const blocks = edgeShares(
    { ...one, parameter: { shape: [4, 2, 3], mask } as never },
    Uint8Array.of(1, 0, 1, 1, 0, 0, 0, 1),
  )
  expect(blocks.map((share) => [share.active, share.total])).toEqual([
    [2, 2],
    [2, 6],
  ])
  // Output 0 of group 0 on its channel 0, and output 3 of group 1 on its channel 1, which is channel 3.
  active[0] = 1
  active[3 * 6 + 3] = 1
  expect(edgeShares(one, active).map((share) => [share.active, share.total])).toEqual([
    [1, 6],
    [1, 18],
  ])
})
