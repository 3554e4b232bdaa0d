// Whole volumes by windows: scores against sums over all of the volume, classes of voxels, and how much is held at once.
import { describe, expect, test, vi } from 'vitest'
import type { Extents, Image } from '../../src/data/case.ts'
import {
  importance,
  predictionBytes,
  predictVolume,
  scoredPlanes,
  windowCorners,
  type SlidingWindow,
} from '../../src/data/sliding-window.ts'
import { stream } from '../../src/weights/streams.ts'
import { uniform } from '../../src/weights/normal.ts'

const affine = [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0]

const imageOf = (extents: Extents, channels = 1): Image => ({
  geometry: { extents, spacing: [1, 1, 1], affine },
  channels,
  data: Float32Array.from(
    { length: channels * extents[0] * extents[1] * extents[2] },
    (_, k) => ((k * 37) % 101) / 101,
  ),
})
/** `classes × depth × height × width`, put together from the planes. */
async function wholeScores(image: Image, options: SlidingWindow): Promise<Float32Array> {
  const [depth, height, width] = image.geometry.extents
  const area = height * width
  const whole = new Float32Array(options.classes * depth * area)
  for await (const { z, scores } of scoredPlanes(image, options))
    for (const [label, plane] of scores.entries()) whole.set(plane, (label * depth + z) * area)
  return whole
}

describe('a volume by windows', () => {
  /** Two classes: the first has what the first channel says, the second what is missing to 1. */
  const pointwise = (patch: Float32Array, shape: readonly number[]): Float32Array => {
    const voxels = shape.slice(2).reduce((all, extent) => all * extent, 1)
    return Float32Array.from({ length: 2 * voxels }, (_, k) =>
      k < voxels ? (patch[k] ?? 0) : 1 - (patch[k - voxels] ?? 0),
    )
  }

  const setups = {
    'with overlap': { extents: [9, 11, 13], patch: [4, 5, 6] },
    'smaller than the patch': { extents: [3, 11, 2], patch: [8, 8, 8] },
    'by slices': { extents: [4, 9, 7], patch: [6, 6] },
    'just the patch': { extents: [4, 4, 4], patch: [4, 4, 4] },
  } as const
  test.each(Object.keys(setups) as (keyof typeof setups)[])(
    '%s gives each voxel its own score',
    async (name) => {
      const { extents, patch } = setups[name]
      const image = imageOf(extents)
      const mirror = patch.map((_, axis) => axis)
      const options = { patch, classes: 2, mirror, run: pointwise }
      const scores = await wholeScores(image, options)
      const labels = await predictVolume(image, options)
      const voxels = labels.length
      for (let at = 0; at < voxels; at++) {
        expect(scores[at]).toBeCloseTo(image.data[at] ?? NaN, 5)
        expect(scores[voxels + at]).toBeCloseTo(1 - (image.data[at] ?? NaN), 5)
        expect(labels[at]).toBe((image.data[at] ?? 0) >= 0.5 ? 0 : 1)
      }
    },
  )

  test('averages mirrored copies, turned back', async () => {
    // A network that says where in its patch a voxel is.
    const place = (patch: Float32Array): Float32Array => Float32Array.from(patch, (_, k) => k % 4)
    const run = { patch: [4, 4, 4], classes: 1, run: place } as const
    const image = imageOf([4, 4, 4])
    const scores = await wholeScores(image, run)
    expect([...scores.subarray(0, 4)]).toEqual([0, 1, 2, 3])
    const mirrored = await wholeScores(image, { ...run, mirror: [2] })
    expect([...mirrored.subarray(0, 4)]).toEqual([1.5, 1.5, 1.5, 1.5])
  })

  test('runs each combination of mirrored axes, and tells of each window', async () => {
    const told: string[] = []
    let runs = 0
    await predictVolume(imageOf([4, 4, 6], 2), {
      patch: [4, 4, 4], classes: 2, mirror: [0, 2],
      run: (patch, shape) => {
        runs++
        expect(shape).toEqual([1, 2, 4, 4, 4])
        return Promise.resolve(patch.slice(0, 128))
      },
      onWindow: (done, all) => told.push(`${done}/${all}`),
    }) // prettier-ignore
    expect([runs, told]).toEqual([8, ['1/2', '2/2']])
  })

  test('trusts the middle of a window more than its border', async () => {
    // The left window says 0, the right one 1.
    let windows = 0
    const run = (patch: Float32Array): Float32Array => new Float32Array(patch.length).fill(windows++)
    const scores = await wholeScores(imageOf([1, 1, 12]), { patch: [1, 1, 8], classes: 1, run })
    expect(scores[0]).toBe(0)
    expect(scores[11]).toBe(1)
    expect(scores[4]).toBeLessThan(0.2)
    expect(scores[7]).toBeGreaterThan(0.8)
    windows = 0
    const flat = await wholeScores(imageOf([1, 1, 12]), {
      patch: [1, 1, 8],
      classes: 1,
      gaussian: false,
      run,
    })
    expect([...flat]).toEqual([0, 0, 0, 0, 0.5, 0.5, 0.5, 0.5, 1, 1, 1, 1])
  })

  test('windows reach both ends with at least the overlap', () => {
    const along = (extent: number, patch: number, overlap: number): readonly number[] =>
      windowCorners([1, 1, extent], [1, 1, patch], overlap).map(([, , x]) => x)
    // nnU-Net's own example: an axis of 110 with a patch of 64 at half a patch's step.
    expect(along(110, 64, 0.5)).toEqual([0, 23, 46])
    expect(along(64, 64, 0.5)).toEqual([0])
    expect(along(65, 64, 0.5)).toEqual([0, 1])
    expect(along(100, 10, 0)).toEqual([0, 10, 20, 30, 40, 50, 60, 70, 80, 90])
    expect(along(30, 64, 0.5)).toEqual([-17])
    const weights = importance([1, 1, 8], true)
    expect(weights[3]).toBe(weights[4])
    expect(weights[0] ?? 0).toBeCloseTo(Math.exp(-0.5 * 3.5 ** 2), 7)
  })
})

describe('planes that are given as soon as they are done', () => {
  /** Scores from a stream, whatever the patch holds: the same for the same window. */
  const noisy = (classes: number): SlidingWindow['run'] => {
    const random = stream(5, 'scores', 'window')
    return (_patch, shape) => {
      const voxels = shape.slice(2).reduce((all, extent) => all * extent, 1)
      return Float32Array.from({ length: classes * voxels }, () => uniform(random))
    }
  }

  /** Sums over the whole volume, one window after the other, divided at the end. */
  async function direct(image: Image, options: SlidingWindow): Promise<[Float32Array, Uint8Array]> {
    const [depth, height, width] = image.geometry.extents
    const [d = 1, h = 1, w = 1] = [...options.patch.slice(0, -2), ...options.patch.slice(-2)]
    const patch: Extents = options.patch.length === 2 ? [1, d, h] : [d, h, w]
    const [pd, ph, pw] = patch
    const weights = importance(patch, options.gaussian ?? true)
    const voxels = depth * height * width
    const [sums, total] = [new Float32Array(options.classes * voxels), new Float32Array(voxels)]
    for (const [z0, y0, x0] of windowCorners(image.geometry.extents, patch, options.overlap ?? 0.5)) {
      const found = await options.run(new Float32Array(0), [1, 1, ...options.patch])
      for (let at = 0; at < pd * ph * pw; at++) {
        const [z, y, x] = [z0 + Math.floor(at / (ph * pw)), y0 + (Math.floor(at / pw) % ph), x0 + (at % pw)]
        if (z < 0 || y < 0 || x < 0 || z >= depth || y >= height || x >= width) continue
        const to = (z * height + y) * width + x
        total[to] = (total[to] ?? 0) + (weights[at] ?? 0)
        for (let k = 0; k < options.classes; k++) {
          const score = found[k * pd * ph * pw + at] ?? 0
          sums[k * voxels + to] = (sums[k * voxels + to] ?? 0) + (weights[at] ?? 0) * score
        }
      }
    }
    const means = sums.map((sum, at) => sum / (total[at % voxels] ?? 1))
    const labels = Uint8Array.from({ length: voxels }, (_, at) => {
      const scores = Array.from({ length: options.classes }, (_score, k) => means[k * voxels + at] ?? 0)
      return scores.indexOf(Math.max(...scores))
    })
    return [means, labels]
  }

  const setups = {
    'uneven steps': { extents: [11, 10, 9], patch: [4, 5, 3], overlap: 0.5 },
    'windows that do not overlap': { extents: [12, 8, 8], patch: [4, 4, 4], overlap: 0 },
    'many windows deep': { extents: [9, 6, 6], patch: [4, 4, 4], overlap: 0.9 },
    'a patch deeper than the volume': { extents: [5, 9, 7], patch: [8, 4, 4], overlap: 0.5 },
    'a patch wider than the volume': { extents: [9, 3, 2], patch: [4, 8, 8], overlap: 0.5 },
    'a patch of slices': { extents: [5, 9, 7], patch: [6, 4], overlap: 0.5 },
  } as const
  test.each(Object.keys(setups) as (keyof typeof setups)[])(
    'are bit for bit what sums over the whole volume give: %s',
    async (name) => {
      const image = imageOf(setups[name].extents)
      const options = (): SlidingWindow => ({ ...setups[name], classes: 3, run: noisy(3) })
      const [scores, labels] = await direct(image, options())
      expect(await wholeScores(image, options())).toEqual(scores)
      expect(await predictVolume(image, options())).toEqual(labels)
      expect(new Set(labels).size).toBe(3)
      const flat = { ...options(), gaussian: false }
      expect(await wholeScores(image, flat)).toEqual((await direct(image, { ...flat, run: noisy(3) }))[0])
    },
  )

  test('come in order, each once', async () => {
    const seen: number[] = []
    const options = { patch: [4, 4, 4], classes: 2, run: noisy(2) }
    for await (const { z } of scoredPlanes(imageOf([11, 6, 6]), options)) seen.push(z)
    expect(seen).toEqual(Array.from({ length: 11 }, (_, z) => z))
  })

  /** Bytes of the Float32Arrays of numbers that are made, the greatest and together. */
  async function allocated(work: () => Promise<unknown>): Promise<{ greatest: number; sum: number }> {
    const found = { greatest: 0, sum: 0 }
    const Counted = new Proxy(Float32Array, {
      construct: (target, [size]: [number]) => {
        const made = new target(size)
        found.greatest = Math.max(found.greatest, made.byteLength)
        found.sum += made.byteLength
        return made
      },
    })
    vi.stubGlobal('Float32Array', Counted)
    try {
      await work()
    } finally {
      vi.unstubAllGlobals()
    }
    return found
  }

  test('take no more memory for a volume of eight times the depth', async () => {
    const classes = 7
    const still = new Float32Array(classes * 4 * 6 * 6)
    const options = { patch: [4, 6, 6], classes, overlap: 0.5, run: () => still }
    const sizes = async (depth: number): Promise<{ greatest: number; sum: number }> => {
      const image = imageOf([depth, 6, 6])
      return allocated(async () => {
        // Labels are not looked at: a byte each.
        for await (const { z } of scoredPlanes(image, options)) expect(z).toBeLessThan(depth)
      })
    }
    const [shallow, deep] = [await sizes(8), await sizes(64)]
    expect(deep.greatest).toBe(shallow.greatest)
    const area = 6 * 6
    expect(deep.greatest).toBe(4 * 4 * area)
    // Beside the slab only windows' inputs come and go.
    const windows = (depth: number): number => (depth - 4) / 2 + 1
    const inputs = (depth: number): number => windows(depth) * 4 * 4 * area
    const plan = predictionBytes([64, 6, 6], 1, options)
    expect(plan.slab).toBe(4 * (classes + 1) * 4 * area)
    expect(shallow.sum - inputs(8)).toBe(deep.sum - inputs(64))
    expect(deep.sum - inputs(64)).toBe(plan.slab + 4 * 4 * area)
  })

  test('of 60 classes on 512x512x280 stay below those of a patch of 64', () => {
    const { slab, labels } = predictionBytes([280, 512, 512], 1, { patch: [64, 128, 128], classes: 60 })
    expect(slab).toBe(61 * 64 * 512 * 512 * 4)
    expect(labels).toBe(280 * 512 * 512)
  })
})
