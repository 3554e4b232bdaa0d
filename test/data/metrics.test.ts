// Metrics against SciPy's numbers and small cases by hand; phantoms.
import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { isProblem } from '../../src/compiler/diagnostics/diagnostic.ts'
import type { Extents, LabelMap } from '../../src/data/case.ts'
import { distancesTo } from '../../src/data/distance.ts'
import { countClasses, dice, meanOfKnown, surfaceDistances, volumesOf } from '../../src/data/metrics.ts'
import { describePhantoms, isPhantom, parsePhantom, phantomCase, phantoms } from '../../src/data/phantom.ts'
import { must } from '../support/datasets.ts'

const affine = [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0]

function mapOf(
  extents: Extents,
  spacing: Extents,
  inside: (z: number, y: number, x: number) => boolean,
): LabelMap {
  const data = new Uint8Array(extents[0] * extents[1] * extents[2])
  for (let at = 0; at < data.length; at++) {
    const [z, y, x] = [
      Math.floor(at / (extents[1] * extents[2])),
      Math.floor(at / extents[2]) % extents[1],
      at % extents[2],
    ]
    data[at] = inside(z, y, x) ? 1 : 0
  }
  return { geometry: { extents, spacing, affine }, data }
}

type Ellipsoid = readonly [centre: Extents, radii: Extents]
interface Fixture {
  readonly extents: Extents
  readonly spacing: Extents
  readonly a: Ellipsoid
  readonly b: Ellipsoid
  /** Voxels of the first map besides: `(31 z + 17 y + 7 x + x y z) mod first = second`. */
  readonly speck: readonly [number, number] | null
  readonly expected: Readonly<
    Record<
      'dice' | 'hausdorff95' | 'surfaceDice1' | 'surfaceDice3' | 'predicted' | 'reference' | 'distanceSum',
      number
    >
  >
}
const { cases } = JSON.parse(readFileSync(new URL('surface-distances.json', import.meta.url), 'utf8')) as {
  cases: readonly Fixture[]
}

const within = ([centre, radii]: Ellipsoid, place: Extents): boolean =>
  place.reduce((sum, value, k) => sum + ((value - (centre[k] ?? 0)) / (radii[k] ?? 1)) ** 2, 0) <= 1

/** So many classes beside the background. */
const named = (classes: number): { readonly classes: readonly string[] } => ({
  classes: Array.from({ length: classes + 1 }, (_, k) => `class ${k}`),
})

describe('surface distances', () => {
  test.each(cases)(
    'are those of SciPy: $extents, spacing $spacing',
    ({ extents, spacing, a, b, speck, expected }) => {
      const speckled = (z: number, y: number, x: number): boolean =>
        speck !== null && (z * 31 + y * 17 + x * 7 + z * y * x) % speck[0] === speck[1]
      const ours = mapOf(extents, spacing, (z, y, x) => within(a, [z, y, x]) || speckled(z, y, x))
      const theirs = mapOf(extents, spacing, (z, y, x) => within(b, [z, y, x]))
      const counts = countClasses(ours.data, theirs.data, named(1))[0]
      if (counts === undefined) throw new Error('no counts')
      expect([counts.predicted, counts.reference]).toEqual([expected.predicted, expected.reference])
      expect(dice(counts)).toBeCloseTo(expected.dice, 12)
      expect(surfaceDistances(ours, theirs, [1], 1).surfaceDice).toBeCloseTo(expected.surfaceDice1, 12)
      const { hausdorff95, surfaceDice } = surfaceDistances(ours, theirs, [1], 3)
      expect(hausdorff95).toBeCloseTo(expected.hausdorff95, 10)
      expect(surfaceDice).toBeCloseTo(expected.surfaceDice3, 12)
      // Distances are the same from either side.
      expect(surfaceDistances(theirs, ours, [1], 3)).toEqual({ hausdorff95, surfaceDice })
    },
  )

  test('are nowhere larger or smaller than those of each pair of voxels', () => {
    const extents: Extents = [5, 6, 7]
    const places = [3, 77, 150, 151, 209]
    const field = distancesTo(places, extents, [2, 0.5, 1.25])
    const at = (k: number): number[] => [
      2 * Math.floor(k / 42),
      0.5 * (Math.floor(k / 7) % 6),
      1.25 * (k % 7),
    ]
    for (let k = 0; k < 210; k++) {
      const nearest = Math.min(
        ...places.map((place) =>
          at(place).reduce((sum, value, axis) => sum + (value - (at(k)[axis] ?? 0)) ** 2, 0),
        ),
      )
      expect(field[k]).toBeCloseTo(nearest, 10)
    }
    expect(distancesTo([], [2, 2, 2], [1, 1, 1])[0]).toBe(Infinity)
  })

  test('of empty maps are none', () => {
    const empty = mapOf([4, 4, 4], [1, 1, 1], () => false)
    const full = mapOf([4, 4, 4], [1, 1, 1], () => true)
    expect(surfaceDistances(empty, empty, [1], 1)).toEqual({ hausdorff95: null, surfaceDice: null })
    expect(surfaceDistances(full, empty, [1], 1)).toEqual({ hausdorff95: null, surfaceDice: 0 })
    expect(surfaceDistances(empty, full, [1], 1)).toEqual({ hausdorff95: null, surfaceDice: 0 })
    expect(surfaceDistances(full, full, [1], 0)).toEqual({ hausdorff95: 0, surfaceDice: 1 })
  })
})

test('Dice counts voxels, and leaves out classes that neither map has', () => {
  const counts = countClasses(Uint8Array.from([0, 1, 1, 2, 0]), Uint8Array.from([0, 1, 2, 2, 2]), named(3))
  const values = counts.map(dice)
  expect(values).toEqual([2 / 3, 0.5, null])
  expect(dice({ both: 0, predicted: 3, reference: 0 })).toBe(0)
  expect(meanOfKnown(values)).toBeCloseTo(7 / 12, 12)
  expect(meanOfKnown([null])).toBeNull()
  const geometry = { extents: [1, 1, 5] as const, spacing: [5, 10, 20] as const, affine }
  expect(volumesOf({ both: 1, predicted: 2, reference: 3 }, geometry)).toEqual({ predicted: 2, reference: 3 })
})

test('regions are counted by all of their labels, and voxels to ignore nowhere', () => {
  const labelling = {
    classes: ['background', 'whole', 'core'],
    regions: [
      { labels: [1, 2], written: 1 },
      { labels: [2], written: 2 },
    ],
    ignore: 3,
  }
  const [predicted, reference] = [Uint8Array.of(0, 1, 2, 2, 1, 2), Uint8Array.of(1, 2, 2, 1, 0, 3)]
  expect(countClasses(predicted, reference, labelling)).toEqual([
    { both: 3, predicted: 4, reference: 4 },
    { both: 1, predicted: 2, reference: 2 },
  ])
})

describe('phantoms', () => {
  test('within one another are regions, and may be unlabelled in part', () => {
    const text = 'phantom:cases=2,extents=12x12x12,classes=3,nested=1,unlabelled=0.3'
    const settings = must(parsePhantom(text))
    const { regions, ignore } = describePhantoms(settings)
    expect(regions?.map(({ labels, written }) => [labels, written])).toEqual([
      [[1, 2, 3], 1],
      [[2, 3], 2],
      [[3], 3],
    ])
    expect(ignore).toBe(4)
    const { data } = phantomCase(settings, 'phantom_001').labels
    expect(new Set(data)).toEqual(new Set([0, 1, 2, 3, 4]))
    const planes = Array.from({ length: 12 }, (_, z) => new Set(data.subarray(144 * z, 144 * (z + 1))))
    expect(planes.every((labels) => !labels.has(4) || labels.size === 1)).toBe(true)
  })

  test('are read from a text, each setting with a default', () => {
    expect(parsePhantom('phantom:')).toEqual({
      cases: 24,
      extents: [32, 32, 32],
      classes: 2,
      channels: 1,
      noise: 0.1,
      nested: 0,
      unlabelled: 0,
      seed: 1,
    })
    expect(parsePhantom('phantom')).toEqual(parsePhantom('phantom:'))
    expect(parsePhantom('phantom:extents=8x16x32,noise=0,classes=3')).toMatchObject({
      extents: [8, 16, 32],
      noise: 0,
      classes: 3,
    })
    expect([isPhantom('phantom:cases=1'), isPhantom('phantoms/')]).toEqual([true, false])
  })

  test.each([
    ['phantom:case=3', 'there is no setting `case` (did you mean `cases`?)'],
    [
      'phantom:extents=8x4',
      '`extents` are three whole numbers, or two for pictures, from 8 to 1024, like 32x32x32, not 8x4',
    ],
    ['phantom:noise=loud', '`noise` is a number from 0 to 10, not loud'],
    ['phantom:cases=0', '`cases` is a whole number from 1 to 10000, not 0'],
    ['phantom:cases=1,cases=2', '`cases` is given twice'],
    ['phantom:cases', '`cases` is not of the form name=value'],
  ])('%s is refused', (setting, reason) => {
    expect(parsePhantom(setting)).toEqual({
      kind: 'problem',
      name: 'phantom-setting',
      parts: { setting, reason },
    })
  })

  test('are the same every time, hold every class, and can be told apart by intensity', () => {
    const cases = phantoms('phantom:cases=6,extents=16x24x20,classes=2,channels=2,noise=0.1')
    if (isProblem(cases)) throw new Error('refused')
    expect(phantoms('phantom:cases=6,extents=16x24x20,classes=2,channels=2,noise=0.1')).toEqual(cases)
    expect(cases[0]?.image.data).not.toEqual(cases[1]?.image.data)
    const settings = parsePhantom('phantom:channels=2')
    expect(isProblem(settings) ? settings : describePhantoms(settings).classes).toEqual([
      'background',
      'ellipsoid 1',
      'ellipsoid 2',
    ])
    for (const { image, labels } of cases) {
      // Rounding the first channel is right for nearly every voxel, so a network can reach a Dice near 1.
      const guess = labels.data.map((_, at) => Math.max(0, Math.min(2, Math.round(image.data[at] ?? 0))))
      const found = countClasses(guess, labels.data, named(2)).map(dice)
      expect(Math.min(...found.map((value) => value ?? 0))).toBeGreaterThan(0.9)
    }
  })
})
