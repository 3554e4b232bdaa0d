// A whole volume through a network that takes patches: windows that overlap, weighed by a Gaussian, mirrored copies averaged.
// Steps and weights as in nnU-Net (Isensee et al., Nature Methods 18, 2021).
import type { Extents, Image } from './case.ts'
import { copyChannels } from './resample.ts'
import { volumetric } from './sampling.ts'

export interface SlidingWindow {
  /** Depth, height, width; or height, width for a network of axial slices. */
  readonly patch: readonly number[]
  /** With the background. */
  readonly classes: number
  /** Share of a window that its neighbour sees too, at least; 0.5 unless given. */
  readonly overlap?: number
  /** Axes of the patch that are mirrored, counted from 0; all combinations are averaged. None unless given. */
  readonly mirror?: readonly number[]
  /** Whether the middle of a window counts more than its border; true unless given. */
  readonly gaussian?: boolean
  /** One patch, `1 × channels × …patch`, to scores, `1 × classes × …patch`: probabilities, or logits. The patch is filled anew after. */
  run(patch: Float32Array, shape: readonly number[]): Promise<Float32Array> | Float32Array
  /** Told after each window. */
  onWindow?(done: number, all: number): void
}

export interface VolumePrediction {
  /** Weighted means of what `run` gave: `classes × depth × height × width`. */
  readonly scores: Float32Array
  /** The class of the greatest score; of equal ones the first. */
  readonly labels: Uint8Array
}

/** `image` is normalised already. A volume smaller than the patch stands in its middle, zeros around it. */
export async function predictVolume(image: Image, options: SlidingWindow): Promise<VolumePrediction> {
  const { extents } = image.geometry
  const patch = volumetric(options.patch)
  const corners = windowCorners(extents, patch, options.overlap ?? 0.5)
  const weights = importance(patch, options.gaussian ?? true)
  const voxels = extents[0] * extents[1] * extents[2]
  const sum: Accumulator = {
    extents,
    classes: options.classes,
    scores: new Float32Array(options.classes * voxels),
    weights: new Float32Array(voxels),
  }
  for (const [done, corner] of corners.entries()) {
    accumulate(sum, corner, patch, weights, await windowScores(image, corner, patch, options))
    options.onWindow?.(done + 1, corners.length)
  }
  for (let at = 0; at < sum.scores.length; at++)
    sum.scores[at] = (sum.scores[at] ?? 0) / (sum.weights[at % voxels] ?? 1)
  return { scores: sum.scores, labels: greatest(sum.scores, options.classes) }
}

/** First voxels of the windows: as few as keep the overlap, evenly spread from end to end. Negative where the volume is smaller. */
export function windowCorners(extents: Extents, patch: Extents, overlap: number): readonly Extents[] {
  const along = (axis: 0 | 1 | 2): readonly number[] => {
    const room = extents[axis] - patch[axis]
    if (room <= 0) return [Math.floor(room / 2)]
    const steps = Math.ceil(room / Math.max(1, patch[axis] * (1 - overlap)))
    return Array.from({ length: steps + 1 }, (_, k) => Math.round((room * k) / steps))
  }
  return along(0).flatMap((z) => along(1).flatMap((y) => along(2).map((x): Extents => [z, y, x])))
}

/** A Gaussian about the middle of the patch, its deviation an eighth of each extent, 1 at most; or 1 everywhere. */
export function importance(patch: Extents, gaussian: boolean): Float32Array {
  const along = (extent: number): readonly number[] =>
    Array.from({ length: extent }, (_, k) =>
      gaussian ? Math.exp(-0.5 * ((k - (extent - 1) / 2) / (extent / 8)) ** 2) : 1,
    )
  const [depth, height, width] = [along(patch[0]), along(patch[1]), along(patch[2])]
  return Float32Array.from(depth.flatMap((z) => height.flatMap((y) => width.map((x) => z * y * x))))
}

async function windowScores(
  image: Image,
  corner: Extents,
  patch: Extents,
  options: SlidingWindow,
): Promise<Float32Array> {
  const voxels = patch[0] * patch[1] * patch[2]
  const input = new Float32Array(image.channels * voxels)
  const shape = [1, image.channels, ...options.patch]
  const flips = combinations(options.mirror ?? [])
  const mean = new Float32Array(options.classes * voxels)
  for (const flip of flips) {
    copyChannels(image, corner, patch, input)
    const axes = flip.map((axis) => axis + 3 - options.patch.length)
    mirrorInPlace(input, patch, axes)
    const scores = Float32Array.from(await options.run(input, shape))
    if (scores.length !== mean.length)
      throw new Error(`a window gave ${scores.length} scores, not ${mean.length}`)
    mirrorInPlace(scores, patch, axes)
    for (let at = 0; at < mean.length; at++) mean[at] = (mean[at] ?? 0) + (scores[at] ?? 0) / flips.length
  }
  return mean
}

/** All subsets of the axes, the empty one first. */
function combinations(axes: readonly number[]): readonly (readonly number[])[] {
  return Array.from({ length: 2 ** axes.length }, (_, chosen) => axes.filter((_, k) => (chosen >> k) & 1))
}

/** Mirrors every channel of `channels × patch` along the axes. */
function mirrorInPlace(data: Float32Array, [depth, height, width]: Extents, axes: readonly number[]): void {
  if (axes.includes(2))
    for (let row = 0; row < data.length; row += width) data.subarray(row, row + width).reverse()
  if (axes.includes(1)) swapBlocks(data, width, height)
  if (axes.includes(0)) swapBlocks(data, width * height, depth)
}

/** Reverses the order of `count` blocks of `size` numbers, in every run of them. */
function swapBlocks(data: Float32Array, size: number, count: number): void {
  const spare = new Float32Array(size)
  for (let run = 0; run < data.length; run += size * count)
    for (let k = 0; k < count >> 1; k++) {
      const [low, high] = [run + k * size, run + (count - 1 - k) * size]
      spare.set(data.subarray(low, low + size))
      data.copyWithin(low, high, high + size)
      data.set(spare, high)
    }
}

interface Accumulator {
  readonly extents: Extents
  readonly classes: number
  readonly scores: Float32Array
  readonly weights: Float32Array
}

function accumulate(
  { extents, classes, scores, weights }: Accumulator,
  [z0, y0, x0]: Extents,
  [d, h, w]: Extents,
  importances: Float32Array,
  found: Float32Array,
): void {
  const [depth, height, width] = extents
  const [voxels, patchVoxels] = [depth * height * width, d * h * w]
  for (let z = Math.max(0, -z0); z < Math.min(d, depth - z0); z++)
    for (let y = Math.max(0, -y0); y < Math.min(h, height - y0); y++)
      for (let x = Math.max(0, -x0); x < Math.min(w, width - x0); x++) {
        const from = (z * h + y) * w + x
        const to = ((z + z0) * height + y + y0) * width + x + x0
        const weight = importances[from] ?? 0
        weights[to] = (weights[to] ?? 0) + weight
        for (let label = 0; label < classes; label++) {
          const at = label * voxels + to
          scores[at] = (scores[at] ?? 0) + weight * (found[label * patchVoxels + from] ?? 0)
        }
      }
}

function greatest(scores: Float32Array, classes: number): Uint8Array {
  const voxels = scores.length / classes
  const labels = new Uint8Array(voxels)
  for (let at = 0; at < voxels; at++) {
    let best = scores[at] ?? 0
    for (let label = 1; label < classes; label++) {
      const score = scores[label * voxels + at] ?? 0
      if (score <= best) continue
      best = score
      labels[at] = label
    }
  }
  return labels
}
