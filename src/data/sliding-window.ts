// A whole volume through a network that takes patches: windows that overlap, weighed by a Gaussian, mirrored copies averaged. What is held
// of the scores is a slab as deep as a window, never classes × voxels. Steps and weights as in nnU-Net (Isensee et al., Nature Methods 18, 2021).
import type { Extents, Image } from './case.ts'
import { mirrorInPlace } from './mirror-images.ts'
import { copyChannels } from './resample.ts'
import { volumetric } from './sampling.ts'
import { addWindow, clearPlane, closePlane, openSlab, slabDepth, type Slab } from './slab.ts'
import { greatest, type Decision } from './targets.ts'

export interface SlidingWindow {
  /** Depth, height, width; or height, width for a network of axial slices. */
  readonly patch: readonly number[]
  /** Channels of the scores: with the background where it has one; 256 at most. */
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

/** Scores of one plane of a volume: weighted means of what `run` gave. */
export interface PlaneScores {
  /** Counted along the depth. */
  readonly z: number
  /** For each class, `height × width`; they hold until the next plane is asked for. */
  readonly scores: readonly Float32Array[]
}

/**
 * The label map of a volume, one byte a voxel, as `decide` has it of the scores: unless given the class of the greatest, of equal ones the
 * first. `image` is normalised already. A volume smaller than the patch stands in its middle, zeros around it.
 */
export async function predictVolume(
  image: Image,
  options: SlidingWindow,
  decide: Decision = greatest,
): Promise<Uint8Array> {
  const [depth, height, width] = image.geometry.extents
  const area = height * width
  const labels = new Uint8Array(depth * area)
  for await (const { z, scores } of scoredPlanes(image, options))
    decide(scores, labels.subarray(z * area, (z + 1) * area))
  return labels
}

/** The planes of a volume in order, each as soon as no later window touches it. */
export async function* scoredPlanes(image: Image, options: SlidingWindow): AsyncGenerator<PlaneScores> {
  const { extents } = image.geometry
  const patch = volumetric(options.patch)
  const corners = windowCorners(extents, patch, options.overlap ?? defaultOverlap)
  const importances = importance(patch, options.gaussian ?? true)
  const slab = openSlab(extents, patch, options.classes)
  let next = 0
  for (const [done, corner] of corners.entries()) {
    for (; next < corner[0]; next++) yield* closed(slab, next)
    const found = await windowScores(image, corner, patch, options)
    addWindow(slab, corner, patch, { importances, found })
    options.onWindow?.(done + 1, corners.length)
  }
  for (; next < extents[0]; next++) yield* closed(slab, next)
}

function* closed(slab: Slab, z: number): Generator<PlaneScores> {
  yield { z, scores: closePlane(slab, z) }
  clearPlane(slab, z)
}

const defaultOverlap = 0.5
const bytesPerNumber = 4

/** Bytes that `predictVolume` holds at once besides the image: sums of scores, the window that is computed, the labels. */
export function predictionBytes(
  extents: Extents,
  channels: number,
  options: Pick<SlidingWindow, 'patch' | 'classes' | 'mirror'>,
): { readonly slab: number; readonly window: number; readonly labels: number } {
  const patch = volumetric(options.patch)
  const area = extents[1] * extents[2]
  const windowVoxels = patch[0] * patch[1] * patch[2]
  // What the network gives; with mirrored copies also one that is turned back, and their mean.
  const copies = (options.mirror ?? []).length === 0 ? 1 : 3
  return {
    slab: bytesPerNumber * (options.classes + 1) * slabDepth(extents, patch) * area,
    window: bytesPerNumber * windowVoxels * (copies * options.classes + channels + 1),
    labels: extents[0] * area,
  }
}

/** First voxels of the windows: as few as keep the overlap, evenly spread from end to end. Negative where the volume is smaller. */
export function windowCorners(extents: Extents, patch: Extents, overlap: number): readonly Extents[] {
  const [zs, ys, xs] = cornersByAxis(extents, patch, overlap)
  return zs.flatMap((z) => ys.flatMap((y) => xs.map((x): Extents => [z, y, x])))
}

type ByAxis<T> = readonly [T, T, T]

function cornersByAxis(extents: Extents, patch: Extents, overlap: number): ByAxis<readonly number[]> {
  const along = (axis: 0 | 1 | 2): readonly number[] => {
    const room = extents[axis] - patch[axis]
    if (room <= 0) return [Math.floor(room / 2)]
    const steps = Math.ceil(room / Math.max(1, patch[axis] * (1 - overlap)))
    return Array.from({ length: steps + 1 }, (_, k) => Math.round((room * k) / steps))
  }
  return [along(0), along(1), along(2)]
}

/** How many windows a volume takes; the patch as in `SlidingWindow`. */
export function windowCount(extents: Extents, patch: readonly number[], overlap = defaultOverlap): number {
  const corners = cornersByAxis(extents, volumetric(patch), overlap)
  return corners.reduce((all, { length }) => all * length, 1)
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
  const size = options.classes * voxels
  if (flips.length === 1) {
    copyChannels(image, corner, patch, input)
    return ofSize(await options.run(input, shape), size)
  }
  const mean = new Float32Array(size)
  for (const flip of flips) {
    copyChannels(image, corner, patch, input)
    const axes = flip.map((axis) => axis + 3 - options.patch.length)
    mirrorInPlace(input, patch, axes)
    const scores = Float32Array.from(ofSize(await options.run(input, shape), size))
    mirrorInPlace(scores, patch, axes)
    for (let at = 0; at < size; at++) mean[at] = (mean[at] ?? 0) + (scores[at] ?? 0) / flips.length
  }
  return mean
}

function ofSize(scores: Float32Array, size: number): Float32Array {
  if (scores.length !== size) throw new Error(`a window gave ${scores.length} scores, not ${size}`)
  return scores
}

/** All subsets of the axes, the empty one first. */
function combinations(axes: readonly number[]): readonly (readonly number[])[] {
  return Array.from({ length: 2 ** axes.length }, (_, chosen) => axes.filter((_, k) => (chosen >> k) & 1))
}
