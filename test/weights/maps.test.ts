// The maps that come with the examples: every tensor of the official networks has its place, and every parameter its tensor.
import { readdirSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { isProblem } from '../../src/compiler/diagnostics/diagnostic.ts'
import type { Graph } from '../../src/compiler/ir/graph.ts'
import type { NamedTensors } from '../../src/weights/named-tensors.ts'
import { fittingMaps } from '../../src/weights/fitting-maps.ts'
import { elementCount } from '../../src/weights/numbers.ts'
import { renamed } from '../../src/weights/renamed.ts'
import { officialNumbers, officialTensors } from '../../src/weights/unrename.ts'
import { compileExample, repository } from '../examples/compile-example.ts'
import { mapAt, textOf } from './map-at.ts'
import {
  e2enet,
  genericUNet,
  genericUNetPlusPlus,
  milesial,
  nestedUNet,
  plainConvUNet,
  residualEncoderUNet,
  type Listed,
  type Plan,
} from './official-names.ts'
import { hasReference, type ProbeRecord } from './probe-record.ts'
import { probeTensors } from './probe-tensors.ts'
import { probes, type MeasuredNetwork } from './probes.ts'

/** What a map makes of tensors: problems as text, and how many parameters are filled by how many tensors. */
function outcome(
  of: MeasuredNetwork,
  tensors: NamedTensors,
): { problems: string[]; filled: number; graph: Graph } {
  const { graph } = compileExample(of.file, of.network, of.arguments)
  const { problems, sources } = renamed(graph, tensors, { map: mapAt(of.map) })
  return { problems: problems.map(textOf), filled: sources.size, graph }
}

/** Numbers of which no two tensors have the same. */
function madeUp({ entries }: NamedTensors): NamedTensors {
  const places = new Map([...entries.keys()].map((name, at) => [name, at]))
  const read = (name: string): Float32Array => {
    const numbers = new Float32Array(elementCount(entries.get(name)?.shape ?? [])).fill(places.get(name) ?? 0)
    for (let at = 0; at < Math.min(numbers.length, 100); at++) numbers[at] = (numbers[at] ?? 0) + at / 100
    return numbers
  }
  return { entries, read }
}

const sizeOf = ({ param_order: parameters }: ProbeRecord): number =>
  parameters.reduce((sum, [, shape]) => sum + elementCount(shape), 0)

function bytesOf(tensors: NamedTensors, name: string): Buffer {
  const numbers = tensors.read(name)
  if (isProblem(numbers)) throw new Error(textOf(numbers))
  return Buffer.from(numbers.buffer)
}

describe('every parameter of a measured network has its place', () => {
  test.each(probes.map(({ record, of }) => [record.name, record, of] as const))('%s', (_, record, of) => {
    const tensors = probeTensors(record)
    const { problems, filled, graph } = outcome(of, tensors)
    expect(problems).toEqual([])
    expect(filled).toBe(tensors.entries.size)
    expect(graph.parameters).toHaveLength(filled)
  })

  const maps = [...new Set(probes.map(({ of }) => of.map))].map(mapAt)
  const bySize = probes.toSorted((a, b) => sizeOf(a.record) - sizeOf(b.record))
  const smallest = maps.flatMap(({ path }) => bySize.find(({ of }) => of.map === path) ?? [])

  test.each(smallest.map(({ record, of }) => [of.map, record, of] as const))(
    '%s is found by the names alone, and gives every tensor back as it was',
    (path, record, of) => {
      const { graph } = compileExample(of.file, of.network, of.arguments)
      const given = madeUp(probeTensors(record))
      const found = fittingMaps(graph, given, maps, () => true)
      expect(found.map((map) => map.path)).toEqual([path])
      const { weights } = renamed(graph, given, { map: mapAt(path) })
      const { tensors, problems } = officialTensors(graph, mapAt(path))
      expect(problems.map(textOf)).toEqual([])
      const back = new Map(tensors.map((one) => [one.names.find((name) => given.entries.has(name)), one]))
      expect(new Set(back.keys())).toEqual(new Set(given.entries.keys()))
      for (const [name, { shape }] of given.entries) {
        const official = back.get(name)
        const numbers = official && weights.numbersOf(official.parameter)
        if (official === undefined || numbers === undefined || isProblem(numbers)) throw new Error(name)
        expect([name, official.shape]).toEqual([name, shape])
        expect(Buffer.from(officialNumbers(official, numbers).buffer).equals(bytesOf(given, name))).toBe(true)
      }
    },
  )

  test('and only convolutions of embeddings have several names in Primus', () => {
    const { graph } = compileExample('examples/primus.weft', 'Primus', { patch: '[8, 8, 8]', depth: '1' })
    const { tensors } = officialTensors(graph, mapAt('examples/maps/primus.json'))
    expect(tensors.filter(({ names }) => names.length !== 1)).toEqual([])
  })

  test.skipIf(!hasReference)('and every map a measured network', () => {
    const used = new Set(probes.map(({ of }) => of.map))
    const maps = readdirSync(`${repository}examples/maps`).map((name) => `examples/maps/${name}`)
    expect(maps.filter((map) => !used.has(map))).toEqual([])
    expect(probes.length).toBeGreaterThan(15)
  })
})

const tensorsOf = (listed: readonly Listed[]): NamedTensors => ({
  entries: new Map(listed.map(({ name, dtype, shape }) => [name, { dtype, shape }])),
  read: () => new Float32Array(),
})
const repeat = <T>(n: number, item: T): T[] => Array.from({ length: n }, () => item)
const isotropic = (depth: number, axes: number, plan: Partial<Plan> = {}): Plan => ({
  base: 32,
  most: 320,
  classes: 16,
  pools: repeat(depth, repeat(axes, 2)),
  kernels: repeat(depth + 1, repeat(axes, 3)),
  ...plan,
})
const expression = (value: unknown): string => JSON.stringify(value)

/** With the smallest patch that the pools take. */
const planned = ({ base, most, classes, pools }: Plan): Record<string, string> => ({
  base: String(base),
  max_width: String(most),
  classes: String(classes),
  patch: smallest(pools),
})
const pooled = (plan: Plan): Record<string, string> => ({
  ...planned(plan),
  pools: expression(plan.pools),
  kernels: expression(plan.kernels),
})
const strided = (plan: Plan): Record<string, string> => ({
  ...planned(plan),
  strides: expression([(plan.pools[0] ?? []).map(() => 1), ...plan.pools]),
  kernels: expression(plan.kernels),
})

function smallest(pools: Plan['pools']): string {
  const axes = pools[0] ?? []
  return expression(axes.map((_, axis) => pools.reduce((side, pool) => side * (pool[axis] ?? 1), 2)))
}

const flat = isotropic(5, 3, {
  pools: [[1, 2, 2], ...repeat(4, [2, 2, 2])],
  kernels: [[1, 3, 3], ...repeat(5, [3, 3, 3])],
})
const seven = [1, 3, 4, 6, 6, 6, 6]

type Generated = readonly [what: string, listed: readonly Listed[], of: MeasuredNetwork]

const nnunet = (network: string, map: string, given: Record<string, string>): MeasuredNetwork => ({
  file: 'examples/nnunet.weft',
  network,
  arguments: given,
  map: `examples/maps/${map}.json`,
})
const v1 = (what: string, plan: Plan): Generated => [
  `nnU-Net v1, ${what}`,
  genericUNet(plan),
  nnunet('NNUNetV1', 'nnunet-v1', pooled(plan)),
]
const v2 = (what: string, plan: Plan): Generated => [
  `nnU-Net v2, ${what}`,
  plainConvUNet(plan),
  nnunet('NNUNet', 'nnunet-v2', strided(plan)),
]
const resenc = (what: string, plan: Plan, blocks: readonly number[]): Generated => [
  `residual encoder, ${what}`,
  residualEncoderUNet(plan, blocks),
  {
    file: 'examples/nnunet-resenc.weft',
    network: 'ResEncUNet',
    arguments: { ...strided(plan), blocks: expression(blocks) },
    map: 'examples/maps/nnunet-resenc.json',
  },
]
const flatKernels: Plan = { ...flat, base: 48, kernels: repeat(6, [1, 3, 3]) }
const e2enetArguments = { ...planned(flatKernels), pools: expression(flatKernels.pools), S: '0' }

const generated: readonly Generated[] = [
  v1('5 pools', isotropic(5, 3)),
  v1('a flat first level', flat),
  v1('6 pools', isotropic(6, 3)),
  v1('2D, 7 pools', isotropic(7, 2, { most: 480 })),
  v2('6 stages', isotropic(5, 3)),
  v2('a flat first stage', flat),
  v2('7 stages', isotropic(6, 3)),
  v2('2D, 8 stages', isotropic(7, 2, { most: 512, classes: 4 })),
  resenc('6 stages', isotropic(5, 3), seven.slice(0, 6)),
  resenc('7 stages, the last flat', isotropic(6, 3, { pools: [...repeat(5, [2, 2, 2]), [1, 2, 2]] }), seven),
  resenc('2D, 7 stages', isotropic(6, 2), seven),
  resenc(
    'a second stage without stride',
    isotropic(2, 3, {
      pools: [
        [1, 1, 1],
        [2, 2, 2],
      ],
    }),
    [1, 1, 2],
  ),
  [
    'UNet++ 3D',
    genericUNetPlusPlus(flat),
    {
      file: 'examples/unetpp3d.weft',
      network: 'UNetPlusPlus3D',
      arguments: pooled(flat),
      map: 'examples/maps/unetpp3d.json',
    },
  ],
  [
    'E2ENet',
    e2enet(flatKernels),
    {
      file: 'examples/e2enet.weft',
      network: 'E2ENet',
      arguments: e2enetArguments,
      map: 'examples/maps/e2enet.json',
    },
  ],
  [
    'E2ENet without feature fusion',
    genericUNet(flatKernels),
    {
      file: 'examples/e2enet.weft',
      network: 'E2ENetNoDSFF',
      arguments: e2enetArguments,
      map: 'examples/maps/e2enet-nodsff.json',
    },
  ],
  ...[true, false].map((deep): Generated => [
    `UNet++ 2D, deep supervision ${deep}`,
    nestedUNet(deep),
    {
      file: 'examples/unetpp.weft',
      network: 'UNetPlusPlus',
      arguments: { deep_supervision: String(deep) },
      map: 'examples/maps/nestedunet.json',
    },
  ]),
  ...[true, false].map((bilinear): Generated => [
    `U-Net of milesial, bilinear ${bilinear}`,
    milesial(bilinear),
    {
      file: 'examples/unet.weft',
      network: 'UNetMilesial',
      arguments: { bilinear: String(bilinear) },
      map: 'examples/maps/unet-milesial.json',
    },
  ]),
]

describe('checkpoints of other depths, with all that they list twice', () => {
  test.each(generated)('%s', (_, listed, of) => {
    const { problems, filled, graph } = outcome(of, tensorsOf(listed))
    expect(problems).toEqual([])
    expect(graph.parameters).toHaveLength(filled)
    const back = officialTensors(graph, mapAt(of.map))
    expect(back.problems.map(textOf)).toEqual([])
    // torch counts the batches of a norm itself where a checkpoint does not.
    const known = listed.filter(({ name }) => !name.endsWith('num_batches_tracked'))
    const shapes = back.tensors.flatMap(({ names, shape }) => names.map((name) => `${name} ${shape.join()}`))
    expect(shapes.toSorted()).toEqual(known.map(({ name, shape }) => `${name} ${shape.join()}`).toSorted())
  })
})
