// Plans of made-up fingerprints are those that nnU-Net's planners make of them, number by number. planned.jsonl is written by peers/planner.py.
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { drawn, everyVoxel, intensitiesOf, type Intensities } from '../../src/data/fingerprint/intensities.ts'
import { randomState } from '../../src/data/fingerprint/random-state.ts'
import type { Fingerprint } from '../../src/data/fingerprint/fingerprint.ts'
import type { Triple } from '../../src/data/pipeline/grid.ts'
import { planFor } from '../../src/nnunet/planner/plan.ts'
import { plansFile } from '../../src/nnunet/planner/plans-file.ts'
import { presets, type PresetName } from '../../src/nnunet/planner/presets.ts'
import {
  featureMapYardstick,
  trainingBytesOf,
  trainingYardstick,
} from '../../src/nnunet/planner/yardsticks.ts'
import { readFingerprint } from '../../src/node/planning/read-fingerprint.ts'
import { openDataSource } from '../../src/node/runs/data-source.ts'
import { sound } from '../support/trained-run.ts'

interface Recorded {
  readonly name: string
  readonly preset: PresetName
  readonly gigabytes: number | null
  /** Of a volume in its box. */
  readonly share: number
  readonly channels: readonly string[]
  readonly labels: number
  readonly spacings: readonly Triple[]
  readonly shapes_after_crop: readonly Triple[]
  readonly count: number
  readonly plans: { readonly foreground_intensity_properties_per_channel: Record<string, Fingerprint['intensities'][number]['found']> } & Record<string, unknown> // prettier-ignore
}

const recorded = readFileSync(join(import.meta.dirname, 'planned.jsonl'), 'utf8')
  .trimEnd()
  .split('\n')
  .map((line) => JSON.parse(line) as Recorded)

function fingerprintOf({ spacings, shapes_after_crop, share, channels, plans }: Recorded): Fingerprint {
  return {
    cases: spacings.map((spacing, at) => {
      const [z, y, x] = shapes_after_crop[at] ?? [1, 1, 1]
      return { name: String(at), spacing, extents: [z, y, x / share], cropped: [z, y, x] }
    }),
    intensities: channels.map((channel, at) => {
      const found = plans.foreground_intensity_properties_per_channel[String(at)]
      if (found === undefined) throw new Error(`no statistics of channel ${at}`)
      return { channel, found }
    }),
    classes: [],
  }
}

test.each(recorded.map((one) => [`${one.name}, ${one.preset}`, one] as const))('%s', (_, one) => {
  const preset = presets[one.preset]
  const fingerprint = fingerprintOf(one)
  const yardstick = featureMapYardstick(preset, one.labels, one.gigabytes ?? preset.gigabytes)
  const plan = planFor(fingerprint.cases, one.count, preset, yardstick)
  if ('least' in plan) throw new Error('nothing fits')
  const header = { dataset: String(one.plans['dataset_name']), reader: 'SimpleITKIO', planner: preset.planner, plans: preset.plans } // prettier-ignore
  const written: unknown = JSON.parse(JSON.stringify(plansFile(plan, fingerprint, preset, header)))
  expect(written).toEqual(one.plans)
})

describe('by the bytes of a training step', () => {
  const cases = [{ name: 'a', spacing: [1, 1, 1], extents: [64, 64, 64], cropped: [64, 64, 64] }] as const
  const planned = (within: number): ReturnType<typeof planFor> =>
    planFor(
      cases,
      4,
      presets.plain,
      trainingYardstick(presets.plain, { channels: 1, classes: 3 }, within, 'f16'),
    )

  test('what comes out has room, and half of it has not', () => {
    const within = 600 * 2 ** 20
    const plan = planned(within)
    if ('least' in plan) throw new Error('nothing fits')
    const bytes = trainingBytesOf(presets.plain, { channels: 1, classes: 3 }, 'f16')
    const [slices, full] = plan.configurations.map(({ network, batch }) => bytes(network, batch))
    expect(Math.max(slices ?? Infinity, full ?? Infinity)).toBeLessThanOrEqual(within)
    const half = planned(within / 2)
    if ('least' in half) throw new Error('nothing fits')
    const patchOf = ({ configurations }: typeof half): number =>
      configurations.at(-1)?.network.patch.reduce((all, extent) => all * extent, 1) ?? 0
    expect(patchOf(half)).toBeLessThan(patchOf(plan))
  })

  test('a memory that no network has room in is said', () => {
    expect(planned(2 ** 20)).toHaveProperty('least')
  })
})

test('draws are those of RandomState(1234), and percentiles those of NumPy over them', () => {
  const random = randomState(1234)
  const draw = (most: number, count: number): number[] =>
    Array.from({ length: count }, () => random.upTo(most))
  expect(draw(999, 12)).toEqual([815, 723, 294, 53, 204, 372, 664, 655, 689, 279, 233, 154])
  expect(draw(2, 8)).toEqual([2, 2, 0, 0, 2, 2, 2, 0])
  const sample = drawn(Float32Array.of(3, 1, 4, 1, 5, 9, 2, 6), 50, randomState(1234))
  const found = intensitiesOf([sample])
  expect(found).toMatchObject({ percentile_00_5: 1, median: 3, percentile_99_5: 9, min: 1, max: 9 })
  expect(found?.mean).toBeCloseTo(3.48, 6)
  expect(found?.std).toBeCloseTo(2.2112439, 6)
})

test('every case counts alike, however many labelled voxels it has', () => {
  const [few, many] = [Float32Array.of(-1, 3), new Float32Array(1000).fill(5)]
  const found = intensitiesOf([everyVoxel(few, 16), everyVoxel(many, 16)])
  expect(found).toMatchObject({
    mean: 3,
    median: 3,
    min: -1,
    max: 5,
    percentile_99_5: 5,
    percentile_00_5: -1,
  })
})

const hippocampus = join(import.meta.dirname, '../../../shared/data/Dataset004_Hippocampus')
if (!existsSync(hippocampus))
  process.stderr.write('no ../shared/data/Dataset004_Hippocampus: its fingerprint is not compared\n')

test.skipIf(!existsSync(hippocampus))('the plans of a real dataset, from its files on', async () => {
  const source = sound(openDataSource(hippocampus, 'as_stored'))
  const fingerprint = await readFingerprint(source, 'every')
  if (!('cases' in fingerprint)) throw new Error(fingerprint[0]?.name)
  const plan = planFor(fingerprint.cases, 200, presets.plain, featureMapYardstick(presets.plain, 3, 8))
  if ('least' in plan) throw new Error('nothing fits')
  const header = {
    dataset: 'Dataset004_Hippocampus',
    reader: 'SimpleITKIO',
    planner: 'ExperimentPlanner',
    plans: 'nnUNetPlans',
  }
  const written = plansFile(plan, fingerprint, presets.plain, header)
  const path = join(import.meta.dirname, 'planned-hippocampus.jsonl')
  const { foreground_intensity_properties_per_channel: theirs, ...rest } = JSON.parse(
    readFileSync(path, 'utf8'),
  ) as Recorded['plans']
  expect(JSON.parse(JSON.stringify(written))).toMatchObject(rest)
  // They draw; of every voxel the mean differs in the fourth digit.
  const [own] = fingerprint.intensities
  for (const [name, value] of Object.entries(theirs['0'] ?? {}))
    expect((own?.found[name as keyof Intensities] ?? 0) / (value || 1), name).toBeCloseTo(
      value === 0 ? 0 : 1,
      3,
    )
})
