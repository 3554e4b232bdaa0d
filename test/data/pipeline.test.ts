// Each stage of the pipeline by itself against nnU-Net's own functions: `peers/pipeline.py` recorded what they give for small arrays.
import { readFileSync } from 'node:fs'
import { resampledLabels } from '../../src/data/pipeline/resample-labels.ts'
import { describe, expect, test } from 'vitest'
import type { Extents } from '../../src/data/case.ts'
import { blended, type Precision } from '../../src/data/pipeline/blend.ts'
import { extentsOf, cropped, filledMask, nonzeroBox, pasted } from '../../src/data/pipeline/crop.ts'
import { toHalf } from '../../src/data/pipeline/half.ts'
import { normalise, type Scheme } from '../../src/data/pipeline/intensity.ts'
import type { Network } from '../../src/data/pipeline/network.ts'
import { demandOf } from '../../src/data/pipeline/pipeline.ts'
import { resampled } from '../../src/data/pipeline/resample.ts'
import { decide, restored } from '../../src/data/pipeline/restore.ts'
import { separateAxis, targetExtents, type Separation } from '../../src/data/pipeline/spacing.ts'
import { importance, tilingOf } from '../../src/data/pipeline/tiles.ts'
import { inverseOrder, transposed } from '../../src/data/pipeline/transpose.ts'

type Numbers = readonly number[]
type Axis = 0 | 1 | 2

interface ResampleCase {
  readonly extents: Extents
  readonly to: Extents
  readonly order: 1 | 3
  readonly separate: Axis | null
  readonly precision: Precision
  /** Otherwise SciPy. */
  readonly by?: 'torch'
  readonly given: Numbers
  readonly expected: Numbers
}

interface Recorded {
  readonly crops: readonly {
    extents: Extents
    channels: Numbers[]
    start: Numbers
    end: Numbers
    mask: Numbers
  }[]
  readonly normals: { image: Numbers; mask: Numbers; cases: readonly { scheme: Scheme; expected: Numbers }[] }
  readonly shapes: readonly { extents: Extents; own: Extents; target: Extents; expected: Numbers }[]
  readonly axes: readonly { separation: Separation; own: Extents; target: Extents; expected: Axis | null }[]
  readonly images: readonly ResampleCase[]
  readonly scores: readonly ResampleCase[]
  readonly starts: readonly { size: number; patch: number; step: number; expected: Numbers }[]
  readonly paddings: readonly { size: number; patch: number; before: number }[]
  readonly gaussians: readonly { patch: Numbers; expected: Numbers }[]
  readonly windows: readonly {
    extents: Extents
    patch: Numbers
    mirror: Numbers
    channels: readonly Numbers[]
    networks: readonly Numbers[]
    expected: readonly Numbers[]
  }[]
  readonly decisions: readonly { order: Numbers | null; scores: readonly Numbers[]; expected: Numbers }[]
}

const recorded = JSON.parse(readFileSync(new URL('pipeline.json', import.meta.url), 'utf8')) as Recorded

/** Greatest difference, relative to what a number of this size can be off by. */
function difference(found: ArrayLike<number>, expected: ArrayLike<number>): number {
  expect(found.length).toBe(expected.length)
  let greatest = 0
  for (let at = 0; at < expected.length; at++) {
    // Recorded numbers have nine digits, which say which float32 they are.
    const [a, b] = [found[at] ?? NaN, Math.fround(expected[at] ?? NaN)]
    greatest = Math.max(greatest, Number.isNaN(a) ? Infinity : Math.abs(a - b) / Math.max(1, Math.abs(b)))
  }
  return greatest
}

const gridOf = (extents: Extents, data: Numbers): { extents: Extents; data: Float32Array } => ({
  extents,
  data: Float32Array.from(data),
})

test('half precision: nearest, ties to even, subnormal numbers, infinity', () => {
  const values = [
    1,
    1 + 2 ** -11,
    1 + 3 * 2 ** -11,
    -5.003,
    2 ** -24,
    2 ** -25,
    3 * 2 ** -26,
    65504,
    65520,
    0.1,
    0,
  ]
  expect(values.map(toHalf)).toEqual(
    [1, 1, 1 + 2 ** -9, -5.00390625, 2 ** -24, 0, 2 ** -24, 65504, Infinity, 0.0999755859375, 0], // prettier-ignore
  )
  expect(toHalf(NaN)).toBeNaN()
})

test('transpose, and back', () => {
  const data = Float32Array.from({ length: 24 }, (_, at) => at)
  const turned = transposed({ extents: [2, 3, 4], data }, [2, 0, 1])
  // numpy.arange(24).reshape(2, 3, 4).transpose(2, 0, 1)[1]
  expect(turned.extents).toEqual([4, 2, 3])
  expect([...turned.data.subarray(6, 12)]).toEqual([1, 5, 9, 13, 17, 21])
  expect(transposed(turned, inverseOrder([2, 0, 1])).data).toEqual(data)
})

test.each(recorded.crops)(
  'crop to what is not 0, $extents, and paste',
  ({ extents, channels, ...expected }) => {
    const arrays = channels.map((one) => Float32Array.from(one))
    const box = nonzeroBox(arrays, extents)
    expect(box).toEqual({ start: expected.start, end: expected.end })
    const mask = filledMask(arrays, extents, box)
    expect([...mask]).toEqual(expected.mask)
    const whole = pasted({ extents: extentsOf(box), data: mask }, box, extents)
    expect(cropped({ extents, data: Float32Array.from(whole.data) }, box).data).toEqual(
      Float32Array.from(mask),
    )
  },
)

test.each(recorded.normals.cases)('normalise: $scheme.rule', ({ scheme, expected }) => {
  const data = Float32Array.from(recorded.normals.image)
  const mask = Uint8Array.from(recorded.normals.mask)
  expect(normalise(data, scheme, () => mask)).toBeUndefined()
  expect(difference(data, expected)).toBeLessThan(5e-7)
})

test('colours outside of a byte are refused', () => {
  const text = normalise(Float32Array.of(0, 300), { rule: 'rgb' }, () => new Uint8Array())
  expect(text).toBe('its values go from 0 to 300, and have to be between 0 and 255')
})

test('extents at the target spacing', () => {
  const found = recorded.shapes.map(({ extents, own, target }) => targetExtents(extents, own, target))
  expect(found).toEqual(recorded.shapes.map(({ expected }) => expected))
})

test('which axis is resampled by itself', () => {
  const found = recorded.axes.map(
    ({ separation, own, target }) => separateAxis(separation, own, target) ?? null,
  )
  expect(found).toEqual(recorded.axes.map(({ expected }) => expected))
})

test.each(recorded.images)('resample an image: $extents to $to, order $order, axis $separate', (one) => {
  const found = resampled(gridOf(one.extents, one.given), one.to, one.order, one.separate ?? undefined)
  expect(found.extents).toEqual(one.to)
  expect(difference(found.data, one.expected)).toBeLessThan(one.by === undefined ? 1e-6 : torchRounding)
})

/** PyTorch rounds places and weights to single precision. */
const torchRounding = 4e-6

test.each(recorded.scores)('restore scores: $extents to $to, axis $separate, $precision', async (one) => {
  const [depth, height, width] = one.extents
  async function* slices(): AsyncGenerator<{ z: number; scores: Float32Array[] }> {
    for (let z = 0; z < depth; z++)
      yield { z, scores: [Float32Array.from(one.given.slice(z * height * width, (z + 1) * height * width))] }
  }
  const { extents: from, to, precision } = one
  const found: number[] = []
  for await (const slice of restored(slices(), { from, to, separate: one.separate ?? undefined, precision }))
    found.push(...(slice.scores[0] ?? []))
  expect(difference(found, one.expected)).toBeLessThan(
    one.by === 'torch' ? torchRounding : precision === 'half' ? 1e-9 : 2e-7,
  )
})

test('where tiles stand', () => {
  const starts = recorded.starts.map(({ size, patch, step }) =>
    tilingOf([1, 1, size], [1, 1, patch], step).corners.map(([, , x]) => x),
  )
  expect(starts).toEqual(recorded.starts.map(({ expected }) => expected))
  const before = recorded.paddings.map(({ size, patch }) => {
    const [, , x] = tilingOf([1, 1, size], [1, 1, patch], 0.5).corners[0] ?? [0, 0, NaN]
    return Math.abs(x)
  })
  expect(before).toEqual(recorded.paddings.map((one) => one.before))
})

test.each(recorded.gaussians)('what voxels of a tile count: $patch', ({ patch, expected }) => {
  expect(difference(importance(patch), expected)).toBe(0)
})

describe.each(recorded.windows)('windows over $extents by $patch, mirrored along $mirror', (one) => {
  const channels = one.channels.map((data) => gridOf(one.extents, data))
  const size = one.patch.reduce((all, extent) => all * extent, 1)
  const classes = one.expected.length
  /** Scores of class `c`: the sum over channels of the voxel times a weight of its place. */
  const networks = one.networks.map((weights): Network => async (tile) => {
    const scores = new Float32Array(classes * size)
    for (let label = 0; label < classes; label++)
      for (let at = 0; at < size; at++)
        for (let channel = 0; channel < channels.length; channel++)
          scores[label * size + at] =
            (scores[label * size + at] ?? 0) +
            Math.fround(
              (tile[channel * size + at] ?? 0) * (weights[(channel * classes + label) * size + at] ?? 0),
            )
    return scores
  })
  const blend = async (precision: Precision): Promise<number[][]> => {
    const options = {
      tiling: tilingOf(one.extents, one.patch, 0.5),
      weights: importance(one.patch),
      mirror: one.mirror.map((axis) => axis + 3 - one.patch.length),
      networks,
      classes,
      precision,
    }
    const out = one.expected.map((): number[] => [])
    for await (const { scores } of blended(channels, options))
      for (const [label, plane] of scores.entries()) out[label]?.push(...plane)
    return out
  }

  test('in half precision', async () => {
    expect(difference((await blend('half')).flat(), one.expected.flat())).toBe(0)
  })

  test('in single precision', async () => {
    // Sums in half precision are off by some 2⁻¹¹ of each; where only the least weight reaches, they are whole numbers.
    const [found, expected] = [(await blend('float32')).flat(), one.expected.flat()]
    const off = found.filter(
      (value, at) => Math.abs(value - (expected[at] ?? NaN)) > 0.02 * Math.max(1, Math.abs(value)),
    )
    expect(off.length / found.length).toBeLessThan(0.1)
  })
})

test.each(recorded.decisions)('labels by $order', ({ order, scores, expected }) => {
  const labels = new Uint8Array(expected.length)
  const labelling =
    order === null ? ({ kind: 'labels' } as const) : ({ kind: 'regions', written: order } as const)
  const planes = scores.map((plane) => Float32Array.from(plane))
  decide(planes, labelling, labels)
  expect([...labels]).toEqual(expected)
})

test('what is held of the scores does not grow with the number of slices', () => {
  const resampling = { separation: 'auto', threshold: 3 } as const
  const pipeline = {
    transpose: [0, 1, 2],
    spacing: [1, 1, 1],
    normalisation: [{ rule: 'none' }],
    resampling: { image: { ...resampling, order: 3 }, scores: resampling },
    patch: [8, 16, 16],
    mirror: [],
    labelling: { kind: 'labels' },
  } as const
  const options = { classes: 3, networks: 2, precision: 'half', step: 0.5 } as const
  const held = (depth: number): number => {
    const extents = [depth, 32, 32] as const
    const labels = 3 * depth * 32 * 32
    return demandOf({ extents, spacing: [1, 1, 1] }, pipeline, options).scores - labels
  }
  // Two networks' sums of three classes and the weights on 8 slices; a tile's scores of each network and their means.
  expect(held(1000)).toBe(4 * (7 * 8 * 32 * 32 + 5 * 3 * 8 * 16 * 16))
  expect(held(2000)).toBe(held(1000))
})

// Recorded of `resize_segmentation` of order 1 of batchgenerators 0.25.5.
test.each([
  [[2], [0, 2], [1], [2]],
  [[6], [0, 0, 1, 1, 2, 2], [4], [0, 1, 1, 2]],
  [[2, 2], [1, 2, 3, 4], [1, 1], [4]],
])('labels at other extents: %j %j to %j', (from, data, to, expected) => {
  const extents = (list: readonly number[]): [number, number, number] => [
    1,
    list.at(-2) ?? 1,
    list.at(-1) ?? 1,
  ]
  const own = from.length === 1 ? [1, ...from] : from
  const other = to.length === 1 ? [1, ...to] : to
  const grid = { extents: extents(own), data: Uint8Array.from(data) }
  expect([...resampledLabels(grid, extents(other), undefined).data]).toEqual(expected)
})

test('of channels that exclude one another the greatest, where it is more than a half', () => {
  const labels = new Uint8Array(4)
  decide([Float32Array.of(1, -1, 0, 2), Float32Array.of(2, -2, 0, 1)], { kind: 'exclusive' }, labels)
  expect([...labels]).toEqual([2, 0, 0, 1])
})
