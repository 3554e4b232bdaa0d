// Imported plans beside nnU-Net itself: the recorded counts are still its own, and the PyTorch package of each of its five networks gives the
// same outputs for the same state dict.
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { TensorEntry } from '../../src/weights/named-tensors.ts'
import { elementCount } from '../../src/weights/numbers.ts'
import { parseRenameMap } from '../../src/weights/rename-map.ts'
import { renamed } from '../../src/weights/renamed.ts'
import { writePackage } from '../backends/torch/package.ts'
import { compileExample, repository, type CompiledExample } from '../examples/compile-example.ts'
import { graphOf } from '../support/check.ts'
import { plansPython } from '../support/python.ts'
import { datasetFile, fixtures, plansFile, recordedCounts, sound, specOf, type Counted } from './fixtures.ts'
import { withExported } from '../../src/nnunet/exported-configuration.ts'
import { exportPlans } from '../../src/nnunet/export-plans.ts'
import { configurationOf, readPlans } from '../../src/nnunet/plans.ts'
import { declaredNames } from '../../src/nnunet/names.ts'

const minute = 60_000

function runPeer(script: string, ...args: readonly string[]): readonly unknown[] {
  const path = join(import.meta.dirname, 'peers', script)
  const { stdout, stderr, status } = spawnSync(plansPython ?? '', ['-W', 'ignore', path, ...args], {
    encoding: 'utf8',
    maxBuffer: 2 ** 28,
  })
  if (status !== 0) throw new Error(stderr)
  // nnU-Net prints too.
  const lines = stdout.split('\n').filter((line) => line.startsWith('{'))
  return lines.map((line): unknown => JSON.parse(line))
}

/** Large networks are slow to build even without numbers. */
const recounted: ReadonlySet<string> = new Set(['heart', 'v2-0', 'variants'])

test.skipIf(plansPython === undefined)(
  'nnU-Net builds what is recorded',
  () => {
    const chosen = fixtures.filter(([plans]) => recounted.has(plans))
    const counted = runPeer(
      'count.py',
      ...chosen.flatMap(([plans, dataset]) => [plansFile(plans), datasetFile(dataset)]),
    )
    expect(counted).toEqual(recordedCounts.filter(({ plans }) => recounted.has(plans)))
  },
  3 * minute,
)

test.skipIf(plansPython === undefined)(
  'nnU-Net builds of exported plans what was exported',
  () => {
    const networks = [
      ['plain', 'examples/nnunet.weft', 'NNUNet2D', { base: '4', patch: '[256, 128]' }],
      [
        'residual',
        'examples/nnunet-resenc.weft',
        'ResEncUNet',
        { base: '4', classes: '4', patch: '[32, 64, 32]' },
      ],
    ] as const
    const compiled = networks.map(([, file, network, given]) => compileExample(file, network, given))
    const text = networks.reduce(
      (plans, [name], k) => {
        const exported = sound(exportPlans((compiled[k] as CompiledExample).graph))
        const inheritsFrom = exported.patch.length === 2 ? '2d' : '3d_fullres'
        return sound(withExported(plans, 'p.json', { name, inheritsFrom }, exported))
      },
      readFileSync(plansFile('heart'), 'utf8'),
    )
    const folder = mkdtempSync(join(tmpdir(), 'weft-plans-'))
    writeFileSync(join(folder, 'p.json'), text)
    const counted = runPeer('count.py', join(folder, 'p.json'), datasetFile('heart')) as readonly Counted[]
    rmSync(folder, { recursive: true })
    for (const [k, [name]] of networks.entries()) {
      const { parameters, macs } = compiled[k]?.report.totals.training ?? {}
      expect(counted.find(({ configuration }) => configuration === name)).toMatchObject({ parameters, macs })
    }
  },
  3 * minute,
)

interface Small {
  readonly name: string
  readonly plans: object
  readonly configuration: string
  readonly channels: number
  readonly classes: number
  readonly package: string
  readonly map: string
}

const networks = [
  ['plain 2D', 'heart', '2d', 'nnunet-v2'],
  ['plain 3D', 'heart', '3d_fullres', 'nnunet-v2'],
  ['ResEnc M', 'abdomen-resenc-m', '3d_fullres', 'nnunet-resenc'],
  ['ResEnc L', 'abdomen-resenc-l', '3d_fullres', 'nnunet-resenc'],
  ['ResEnc XL', 'abdomen-resenc-xl', '3d_fullres', 'nnunet-resenc'],
] as const

const leastChannels = 2

/** The same plans with a sixteenth of the channels, and the smallest patch whose deepest level has four voxels. */
function shrunk(name: string, configuration: string): object {
  const { architecture } = sound(
    configurationOf(sound(readPlans(readFileSync(plansFile(name), 'utf8'), name)), configuration),
  )
  const strides = architecture.kwargs['strides'] as readonly (readonly number[])[]
  const widths = architecture.kwargs['features_per_stage'] as readonly number[]
  const patch = (strides[0] ?? []).map(
    (_, axis) => (axis < 2 ? 2 : 1) * strides.reduce((product, one) => product * (one[axis] ?? 1), 1),
  )
  const kwargs = {
    ...architecture.kwargs,
    features_per_stage: widths.map((width) => Math.max(leastChannels, width / 16)),
  }
  return {
    configurations: {
      [configuration]: {
        patch_size: patch,
        normalization_schemes: ['CTNormalization', 'CTNormalization'],
        architecture: {
          network_class_name: architecture.className,
          arch_kwargs: kwargs,
          _kw_requires_import: architecture.imports,
        },
      },
    },
  }
}

describe.skipIf(plansPython === undefined)(
  'the package of imported plans gives what nnU-Net’s network gives',
  () => {
    const folder = mkdtempSync(join(tmpdir(), 'weft-plans-'))
    const measured = new Map<string, object>()
    afterAll(() => rmSync(folder, { recursive: true }))

    beforeAll(async () => {
      const cases = networks.map(([name, plans, configuration, map], k): Small => ({
        name,
        plans: shrunk(plans, configuration),
        configuration,
        channels: 2,
        classes: 3,
        package: join(folder, `network_${k}`),
        map,
      }))
      const list = join(folder, 'cases.json')
      writeFileSync(list, JSON.stringify(cases))
      const states = runPeer('equal.py', 'names', list) as readonly { state: [string, number[]][] }[]
      for (const [k, one] of cases.entries()) await emit(one, states[k]?.state ?? [])
      for (const one of runPeer('equal.py', 'outputs', list) as readonly { name: string }[])
        measured.set(one.name, one)
    }, 5 * minute)

    /** Writes the package under the names of the official state dict. */
    async function emit(
      { plans, configuration, classes, package: path, map: mapName }: Small,
      state: readonly (readonly [string, readonly number[]])[],
    ): Promise<void> {
      const read = sound(readPlans(JSON.stringify(plans), 'p.json'))
      const network = declaredNames(undefined, [configuration]).get(configuration)?.network ?? ''
      const graph = graphOf(await specOf(read), { network, set: { classes: String(classes) } })
      const file = `examples/maps/${mapName}.json`
      const map = parseRenameMap(readFileSync(repository + file, 'utf8'), file)
      if (!('rules' in map)) throw new Error(JSON.stringify(map))
      // Copies of a tensor are held against one another; which numbers they have says nothing of names.
      const zeros = (tensor: string): Float64Array =>
        new Float64Array(elementCount(entries.get(tensor)?.shape ?? []))
      const entries = new Map(
        state.map(([name, shape]): [string, TensorEntry] => [name, { dtype: 'F64', shape }]),
      )
      const { problems, sources } = renamed(graph, { entries, read: zeros }, { map })
      expect(problems).toEqual([])
      const names = new Map(
        [...sources].map(([own, { tensor, copies = [] }]) => [own, { keys: [tensor, ...copies] }] as const),
      )
      writePackage(graph, path, { names })
    }

    test.each(networks.map(([name]) => name))('%s', (name) => {
      const one = measured.get(name) as { readonly deviation: number; readonly outputs: number } | undefined
      expect(one).toMatchObject({ same_shapes: true, same_state: true })
      expect(one?.outputs).toBeGreaterThan(3)
      expect(one?.deviation ?? Infinity).toBeLessThan(1e-9)
    })
  },
)
