// Normalisation, splits and batches of patches: what a step sees, and that it depends on its seed and number alone.
import { beforeAll, describe, expect, test } from 'vitest'
import type { Augmentation } from '../../src/compiler/semantics/declarations/augment.ts'
import { defaultAugmentation } from '../../src/compiler/semantics/declarations/augment.ts'
import { isProblem } from '../../src/compiler/diagnostics/diagnostic.ts'
import type { Batch, Extents, LabelledCase } from '../../src/data/case.ts'
import type { CaseFacts } from '../../src/data/checks.ts'
import { foregroundOf, normalisationOf, normalised, type ChannelRule } from '../../src/data/normalise.ts'
import {
  drawBatch,
  paddingNote,
  prepareCase,
  type BatchOptions,
  type PreparedCase,
} from '../../src/data/sampling.ts'
import { splitCases } from '../../src/data/split.ts'

/** Intensities count the voxels from 1; labels as given by position. */
function counting(name: string, extents: Extents, label: (at: number) => number, channels = 1): LabelledCase {
  const voxels = extents[0] * extents[1] * extents[2]
  const affine = [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0]
  const geometry = { extents, spacing: [1, 1, 1] as const, affine }
  const data = Float32Array.from({ length: channels * voxels }, (_, k) => k + 1)
  return {
    name,
    image: { geometry, channels, data },
    labels: { geometry, data: Uint8Array.from({ length: voxels }, (_, at) => label(at)) },
  }
}

const untouched: readonly ChannelRule[] = [{ rule: 'none' }, { rule: 'none' }]
const dataset = { classes: ['background', 'a', 'b', 'c'] }
const prepared = (...args: Parameters<typeof counting>): ReturnType<typeof prepareCase> =>
  prepareCase(counting(...args), untouched, dataset)

type DrawOptions = Omit<BatchOptions, 'cases' | 'channels'> & { readonly cases: readonly PreparedCase[] }

/** A batch of cases that are there already. */
async function batchOf({ cases, ...options }: DrawOptions): Promise<Batch> {
  const channels = cases[0]?.image.channels ?? 1
  const lazily = cases.map((one) => ({ name: one.name, load: () => Promise.resolve(one) }))
  const batch = await drawBatch({ ...options, channels, cases: lazily })
  if (isProblem(batch)) throw new Error(batch.name)
  return batch
}

/** What is given for each of so many steps, one after the other. */
async function overSteps<T>(count: number, give: (step: number) => Promise<T>): Promise<T[]> {
  const given: T[] = []
  for (let step = 0; step < count; step++) given.push(await give(step))
  return given
}

const rulesOf = (
  channels: readonly string[],
  cases: readonly LabelledCase[],
): ReturnType<typeof normalisationOf> =>
  normalisationOf(
    channels,
    cases.map((one) => foregroundOf(one, channels)),
  )

const placed = ({ name, image: { geometry } }: PreparedCase): Pick<CaseFacts, 'name' | 'geometry'> => ({
  name,
  geometry,
})

const plain: Omit<DrawOptions, 'cases' | 'patch'> = {
  batch: 2,
  seed: 7,
  step: 1,
  foreground: 1 / 3,
  augment: [],
}

describe('normalisation', () => {
  const { image } = counting('a', [2, 3, 4], () => 0, 2)
  const moments = (values: Float32Array): number[] => {
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length
    return [mean, Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length)]
  }

  test('gives each channel mean 0 and deviation 1, and leaves the image as it was', () => {
    const { data } = normalised(image, [{ rule: 'zscore' }, { rule: 'rescale' }])
    expect(moments(data.subarray(0, 24)).map((value) => Number(value.toFixed(5)))).toEqual([0, 1])
    expect([data[24], data[47]]).toEqual([0, 1])
    expect(image.data[0]).toBe(1)
  })

  test('of a constant image is 0', () => {
    const constant = { ...image, data: new Float32Array(48).fill(3) }
    expect(new Set(normalised(constant, [{ rule: 'zscore' }, { rule: 'rescale' }]).data)).toEqual(
      new Set([0]),
    )
  })

  test('of CT clips to percentiles of the foreground of all cases', () => {
    // Foreground intensities 1 to 201 over two cases.
    const cases = [
      counting('a', [1, 1, 101], () => 1),
      counting('b', [1, 1, 201], (at) => (at > 100 ? 2 : 0)),
    ]
    const rules = rulesOf(['CT'], cases)
    if (isProblem(rules)) throw new Error('refused')
    expect(rules).toMatchObject([{ rule: 'ct', low: 2, high: 200, mean: 101 }])
    const [rule] = rules
    if (rule?.rule !== 'ct') throw new Error('not CT')
    expect(rule.std).toBeCloseTo(Math.sqrt((201 ** 2 - 1) / 12), 6)
    const [first, , third] = normalised(counting('c', [1, 1, 3], () => 0).image, rules).data
    expect(first).toBeCloseTo((2 - 101) / rule.std, 5)
    expect(third).toBeCloseTo((3 - 101) / rule.std, 5)
  })

  test('knows the names of channels, and refuses CT without labels', () => {
    const bare = [counting('a', [1, 1, 8], () => 0)]
    expect(rulesOf(['T1', 'noNorm', 'rgb_to_0_1', 'constructor'], bare)).toEqual([
      { rule: 'zscore' }, { rule: 'none' }, { rule: 'rgb' }, { rule: 'zscore' },
    ]) // prettier-ignore
    expect(rulesOf(['ct'], bare)).toMatchObject({
      name: 'ct-without-foreground',
      parts: { channel: 'ct' },
    })
  })
})

describe('a split', () => {
  const names = Array.from({ length: 10 }, (_, k) => `case_${k}`)

  test('sets aside a share or a number, the same for the same seed in whatever order', () => {
    const split = splitCases(names, { seed: 1, validation: 0.2 })
    if (isProblem(split)) throw new Error('refused')
    expect(split.validation).toHaveLength(2)
    expect([...split.training, ...split.validation].toSorted()).toEqual(names)
    expect(split.training.toSorted()).toEqual(split.training)
    expect(splitCases(names.toReversed(), { seed: 1, validation: 2 })).toEqual(split)
    expect(splitCases(names, { seed: 2, validation: 2 })).not.toEqual(split)
    expect(splitCases(names, { seed: 1, validation: 0.01 })).toMatchObject({
      validation: [expect.anything()],
    })
  })

  test('leaves a case to train on', () => {
    expect(splitCases(names, { seed: 1, validation: 0 })).toEqual({ training: names, validation: [] })
    for (const validation of [10, 11, -1, 1.5])
      expect(splitCases(names, { seed: 1, validation })).toMatchObject({ name: 'split-impossible' })
  })
})

describe('a batch', () => {
  const cases = [
    prepared('a', [6, 7, 8], (at) => (at === 100 ? 1 : 0), 2),
    prepared('b', [9, 6, 5], (at) => (at === 3 ? 2 : 0), 2),
  ]

  test('depends on its seed and step alone', async () => {
    const options = { ...plain, cases, patch: [4, 4, 4], augment: defaultAugmentation }
    const batch = await batchOf(options)
    await batchOf({ ...options, step: 2 })
    expect(await batchOf(options)).toEqual(batch)
    expect(await batchOf({ ...options, step: 2 })).not.toEqual(batch)
    expect(await batchOf({ ...options, seed: 8 })).not.toEqual(batch)
    expect(batch.shape).toEqual([2, 2, 4, 4, 4])
    expect([batch.images.length, batch.labels.length]).toEqual([2 * 2 * 64, 2 * 64])
  })

  test('cuts patches out of their volumes, channel by channel', async () => {
    const one = prepared('a', [6, 7, 8], (at) => at % 3, 2)
    for (let step = 0; step < 20; step++) {
      const { images, labels } = await batchOf({ ...plain, cases: [one], patch: [3, 4, 5], batch: 1, step })
      const corner = (images[0] ?? 0) - 1
      for (let z = 0, k = 0; z < 3; z++)
        for (let y = 0; y < 4; y++)
          for (let x = 0; x < 5; x++, k++) {
            const at = corner + (z * 7 + y) * 8 + x
            expect([images[k], images[60 + k], labels[k]]).toEqual([at + 1, at + 1 + 336, at % 3])
          }
    }
  })

  test('has patches about the foreground last, so many as are asked for', async () => {
    const shown = async (foreground: number, batch: number): Promise<number[]> => {
      const counts = Array.from({ length: batch }, () => 0)
      for (let step = 0; step < 100; step++) {
        const { labels } = await batchOf({ ...plain, cases, patch: [3, 3, 3], foreground, batch, step })
        for (let item = 0; item < batch; item++)
          if (labels.subarray(item * 27, item * 27 + 27).some((value) => value > 0))
            counts[item] = (counts[item] ?? 0) + 1
      }
      return counts
    }
    const [first = 0, second = 0] = await shown(1 / 3, 2)
    expect(second).toBe(100)
    expect(first).toBeLessThan(50)
    expect((await shown(0.5, 4)).slice(2)).toEqual([100, 100])
    expect(await shown(1, 3)).toEqual([100, 100, 100])
    expect(Math.max(...(await shown(0, 3)))).toBeLessThan(50)
    // A single item is about the foreground by chance.
    const [single = 0] = await shown(0.5, 1)
    expect(single).toBeGreaterThan(45)
    expect(single).toBeLessThan(90)
  })

  test('draws each class that a case has as often as the others, however small', async () => {
    const one = prepared('a', [8, 8, 8], (at) => (at === 5 ? 2 : at > 200 ? 1 : 0))
    const batches = await overSteps(200, (step) =>
      batchOf({ ...plain, cases: [one], patch: [1, 1, 1], batch: 2, foreground: 1, step }),
    )
    const small = batches.flatMap(({ labels }) => [...labels])
    const share = small.filter((value) => value === 2).length / small.length
    expect(small.includes(0)).toBe(false)
    expect(share).toBeGreaterThan(0.4)
    expect(share).toBeLessThan(0.6)
  })

  test('draws from regions by all of their labels, and never about a voxel that is unlabelled', async () => {
    const labelOf = (at: number): number => (at < 100 ? 3 : at < 104 ? 2 : at === 110 ? 1 : 0)
    const regions = [
      { labels: [1, 2], written: 1 },
      { labels: [2], written: 2 },
    ]
    const labelling = { classes: ['background', 'whole', 'core'], regions, ignore: 3 }
    const one = prepareCase(counting('a', [8, 8, 8], labelOf), untouched, labelling)
    const drawn = async (foreground: number): Promise<number[]> => {
      const options = { ...plain, cases: [one], patch: [1, 1, 1], batch: 2, foreground }
      const batches = await overSteps(200, (step) => batchOf({ ...options, step }))
      return batches.flatMap(({ labels }) => [...labels])
    }
    const inside = await drawn(1)
    // Of the whole four of five voxels are of the core, and half of the patches are of the core alone.
    expect(inside.filter((label) => label === 2).length / inside.length).toBeCloseTo(0.9, 1)
    expect(new Set(inside)).toEqual(new Set([1, 2]))
    const anywhere = await drawn(0)
    expect(anywhere.includes(3)).toBe(false)
    expect(anywhere.filter((label) => label === 0).length / anywhere.length).toBeGreaterThan(0.9)
  })

  test('reaches every place of a volume', async () => {
    const one = prepared('a', [4, 4, 4], () => 0)
    const corners = new Set<number>()
    for (let step = 0; step < 200; step++)
      for (const value of (await batchOf({ ...plain, cases: [one], patch: [3, 3, 3], batch: 1, step }))
        .images)
        corners.add(value)
    expect(corners.size).toBe(64)
  })

  test('pads volumes that are smaller than the patch, and says so', async () => {
    const one = prepared('small', [2, 3, 2], () => 1)
    const { images, labels } = await batchOf({ ...plain, cases: [one], patch: [4, 3, 4], batch: 1 })
    expect([...images].filter((value) => value > 0).toSorted((a, b) => a - b)).toEqual(
      Array.from({ length: 12 }, (_, k) => k + 1),
    )
    // In the middle: the first slice is empty, the second has the first voxel one step in.
    expect(images.subarray(0, 12).some((value) => value !== 0)).toBe(false)
    expect([...images.subarray(12, 16)]).toEqual([0, 1, 2, 0])
    expect(labels.reduce((sum, value) => sum + value, 0)).toBe(12)
    expect(paddingNote([one, ...cases].map(placed), [4, 3, 4])).toMatchObject({
      name: 'patch-pads', parts: { cases: 1, name: 'small', extents: [2, 3, 2] },
    }) // prettier-ignore
    expect(paddingNote(cases.map(placed), [4, 4, 4])).toBeUndefined()
  })

  test('of two extents is made of axial slices', async () => {
    const one = prepared('a', [6, 7, 8], (at) => (at === 100 ? 1 : 0))
    const { images, labels, shape } = await batchOf({
      ...plain,
      cases: [one],
      patch: [4, 5],
      batch: 2,
      augment: defaultAugmentation.filter(({ kind }) => kind === 'rotate'),
    })
    expect(shape).toEqual([2, 1, 4, 5])
    expect(labels.subarray(20).includes(1)).toBe(true)
    // One slice: voxels of slice 1 are 57 to 112.
    for (const value of images.subarray(20)) expect(value === 0 || (value >= 57 && value <= 112)).toBe(true)
  })
})

describe('augmentation', () => {
  /** A smooth blob, off the middle, with its labels. */
  const blob = prepareCase(
    (() => {
      const base = counting('blob', [32, 32, 32], () => 0)
      base.image.data.forEach((_, at) => {
        const [z, y, x] = [Math.floor(at / 1024) - 14, (Math.floor(at / 32) % 32) - 16, (at % 32) - 18]
        base.image.data[at] = Math.exp(-(z * z + (y * y) / 2 + (x * x) / 4) / 20)
        base.labels.data[at] = (base.image.data[at] ?? 0) > 0.5 ? 1 : 0
      })
      return base
    })(),
    [{ rule: 'none' }],
    dataset,
  )
  const draw = (augment: readonly Augmentation[], step: number): Promise<Batch> =>
    batchOf({ ...plain, cases: [blob], patch: [32, 32, 32], batch: 1, step, augment })
  let original: Batch
  beforeAll(async () => {
    original = await draw([], 0)
  })
  const certain = (kind: Augmentation['kind']): readonly Augmentation[] =>
    defaultAugmentation.filter((one) => one.kind === kind).map((one) => ({ ...one, chance: 1 }))
  const kinds = defaultAugmentation.map((one) => one.kind)

  test.each(kinds)('%s with chance 0 changes nothing, with chance 1 does', async (kind) => {
    const never = certain(kind).map((one) => ({ ...one, chance: 0 }))
    expect((await draw(never, 3)).images).toEqual(original.images)
    expect((await draw(certain(kind), 3)).images).not.toEqual(original.images)
  })

  test.each(['flip', 'rotate', 'scale'] as const)('%s moves labels with the image', async (kind) => {
    for (let step = 0; step < 5; step++) {
      const { images, labels } = await draw(certain(kind), step)
      let wrong = 0
      let inside = 0
      for (const [at, value] of images.entries()) {
        // Within a voxel of the border, interpolation and the nearest voxel may differ.
        if (Math.abs(value - 0.5) > 0.15 && (labels[at] === 1) !== value > 0.5) wrong++
        inside += labels[at] ?? 0
      }
      expect(wrong).toBe(0)
      expect(inside).toBeGreaterThan(0)
    }
  })

  test.each(['noise', 'brightness', 'contrast', 'gamma'] as const)('%s leaves labels alone', async (kind) => {
    expect((await draw(certain(kind), 1)).labels).toEqual(original.labels)
  })

  test('flips keep every voxel, and all eight of them come', async () => {
    const sorted = original.images.toSorted()
    const seen = new Set<string>()
    const kept: Float32Array[] = []
    for (let step = 0; step < 60; step++) {
      const { images } = await draw([{ kind: 'flip', chance: 0.5 }], step)
      if (step % 20 === 0) kept.push(images.toSorted())
      seen.add(String(images.indexOf(Math.max(...images))))
    }
    expect(kept).toEqual([sorted, sorted, sorted])
    expect(seen.size).toBe(8)
  })

  test('scale enlarges by up to its factor, and shrinks as often', async () => {
    const volume = original.labels.reduce((sum, value) => sum + value, 0)
    const factors = await overSteps(40, async (step) => {
      const { labels } = await draw(certain('scale'), step)
      return Math.cbrt(labels.reduce((sum, value) => sum + value, 0) / volume)
    })
    expect(Math.min(...factors)).toBeGreaterThan(0.6)
    expect(Math.max(...factors)).toBeLessThan(1.5)
    const larger = factors.filter((factor) => factor > 1).length
    expect(larger).toBeGreaterThan(8)
    expect(larger).toBeLessThan(32)
  })

  test('rotate turns by angles in millimetres', async () => {
    // A rod along x in voxels of 3 x 1 x 1 mm, turned about z's neighbours by exactly 90 degrees lies along z, a third as long.
    const rod = counting('rod', [9, 9, 27], (at) =>
      Math.floor(at / 27) === 4 * 9 + 4 && at % 27 > 0 && at % 27 < 26 ? 1 : 0,
    )
    const geometry = { ...rod.image.geometry, spacing: [3, 1, 1] as const }
    const turned = prepareCase({ ...rod, image: { ...rod.image, geometry } }, untouched, dataset)
    let longest = 0
    for (let step = 0; step < 40; step++) {
      const { labels } = await batchOf({
        ...plain,
        cases: [turned],
        patch: [9, 9, 27],
        batch: 1,
        step,
        augment: [{ kind: 'rotate', degrees: 90, chance: 1 }],
      })
      const slices = Array.from({ length: 9 }, (_, z) => labels.subarray(z * 243, z * 243 + 243).includes(1))
      longest = Math.max(longest, slices.filter(Boolean).length)
    }
    expect(longest).toBeGreaterThan(5)
  })

  test('noise has at most the deviation that is given', async () => {
    const deviations = await overSteps(20, async (step) => {
      const { images } = await draw([{ kind: 'noise', std: 0.1, chance: 1 }], step)
      return Math.sqrt(
        images.reduce((sum, value, at) => sum + (value - (original.images[at] ?? 0)) ** 2, 0) / images.length,
      )
    })
    expect(Math.max(...deviations)).toBeLessThan(0.102)
    expect(Math.max(...deviations)).toBeGreaterThan(0.08)
    expect(Math.min(...deviations)).toBeLessThan(0.03)
  })

  test('gamma keeps mean and deviation, contrast the range', async () => {
    const mean = (values: Float32Array): number =>
      values.reduce((sum, value) => sum + value, 0) / values.length
    for (let step = 0; step < 4; step++) {
      expect(mean((await draw(certain('gamma'), step)).images)).toBeCloseTo(mean(original.images), 4)
      const { images } = await draw(certain('contrast'), step)
      expect(Math.max(...images)).toBeLessThanOrEqual(Math.max(...original.images))
      expect(Math.min(...images)).toBeGreaterThanOrEqual(Math.min(...original.images))
    }
  })
})
