// Batches of patches: which case, which place, how turned. What a step draws depends on the seed and the step alone.
import { problem, type Problem } from '../compiler/diagnostics/diagnostic.ts'
import type { Augmentation } from '../compiler/semantics/declarations/augment.ts'
import { uniform } from '../weights/normal.ts'
import { stream, type Stream } from '../weights/streams.ts'
import { changeIntensities, drawMap } from './augment.ts'
import type { Batch, Extents, Image, LabelledCase, LabelMap } from './case.ts'
import { normalised, type ChannelRule } from './normalise.ts'
import { cutPatch } from './resample.ts'

/** A case ready to draw patches from: normalised, with the places of its classes. */
export interface PreparedCase {
  readonly name: string
  readonly image: Image
  readonly labels: LabelMap
  /** For each foreground class that is present, positions of its voxels in the volume. */
  readonly places: readonly Uint32Array[]
}

/** So many voxels of each class are kept to centre patches on, evenly spaced among all of them: nnU-Net keeps as many. */
const placesPerClass = 10_000

export function prepareCase(
  { name, image, labels }: LabelledCase,
  rules: readonly ChannelRule[],
): PreparedCase {
  const counts = new Uint32Array(256)
  for (const value of labels.data) counts[value] = (counts[value] ?? 0) + 1
  const places = [...counts.entries()]
    .filter(([value, count]) => value > 0 && count > 0)
    .map(([value, count]) => placesOf(labels.data, value, count))
  return { name, image: normalised(image, rules), labels, places }
}

function placesOf(labels: Uint8Array, wanted: number, count: number): Uint32Array {
  const step = Math.max(1, count / placesPerClass)
  const places = new Uint32Array(Math.ceil(count / step))
  let seen = 0
  let kept = 0
  for (const [at, value] of labels.entries()) {
    if (value !== wanted) continue
    if (seen >= kept * step && kept < places.length) places[kept++] = at
    seen++
  }
  return places
}

export interface BatchOptions {
  readonly cases: readonly PreparedCase[]
  /** Depth, height, width; or height, width for axial slices. */
  readonly patch: readonly number[]
  readonly batch: number
  readonly seed: number
  readonly step: number
  /** Share of patches that are centred on a voxel of a foreground class. */
  readonly foreground: number
  readonly augment: readonly Augmentation[]
}

/** The batch of one step. Cases are drawn with replacement, each as likely as the others. */
export function drawBatch(options: BatchOptions): Batch {
  const { cases, patch, batch, seed, step } = options
  const extents = volumetric(patch)
  const channels = cases[0]?.image.channels ?? 1
  const voxels = extents[0] * extents[1] * extents[2]
  const images = new Float32Array(batch * channels * voxels)
  const labels = new Uint8Array(batch * voxels)
  for (let item = 0; item < batch; item++) {
    const random = stream(seed, 'patch', `${step}/${item}`)
    const drawn = cases[Math.floor(uniform(random) * cases.length)]
    if (drawn === undefined) throw new Error('a batch is drawn from at least one case')
    const target = {
      extents,
      images: images.subarray(item * channels * voxels, (item + 1) * channels * voxels),
      labels: labels.subarray(item * voxels, (item + 1) * voxels),
    }
    const corner = drawCorner(drawn, extents, isForeground(item, options, random), random)
    const { spacing } = drawn.image.geometry
    cutPatch(drawn.image, drawn.labels, drawMap(corner, extents, spacing, options.augment, random), target)
    for (let channel = 0; channel < channels; channel++)
      changeIntensities(
        target.images.subarray(channel * voxels, (channel + 1) * voxels),
        options.augment,
        random,
      )
  }
  return { images, labels, shape: [batch, channels, ...patch] }
}

/** A patch of two extents is one axial slice. */
export function volumetric(patch: readonly number[]): Extents {
  const [a = 1, b = 1, c] = patch
  return c === undefined ? [1, a, b] : [a, b, c]
}

/** The last items of a batch, at least one of two or more, as nnU-Net does; a single item by chance. */
function isForeground(item: number, { batch, foreground }: BatchOptions, random: Stream): boolean {
  if (batch === 1) return uniform(random) < foreground
  const uniformly = Math.round(batch * (1 - foreground))
  return foreground > 0 && item >= Math.min(batch - 1, uniformly)
}

/** The first voxel of a patch. A patch stays inside the volume; one that is larger has the volume in its middle. */
function drawCorner(drawn: PreparedCase, patch: Extents, centred: boolean, random: Stream): Extents {
  const { extents } = drawn.image.geometry
  const centre = centred ? drawPlace(drawn, random) : undefined
  const along = (axis: 0 | 1 | 2): number => {
    const room = extents[axis] - patch[axis]
    const free = uniform(random)
    if (room <= 0) return Math.floor(room / 2)
    if (centre === undefined) return Math.floor(free * (room + 1))
    return Math.min(room, Math.max(0, centre[axis] - Math.floor(patch[axis] / 2)))
  }
  return [along(0), along(1), along(2)]
}

/** A voxel of a class: each class that the case has is as likely as the others. Undefined where it has none. */
function drawPlace({ places, image }: PreparedCase, random: Stream): Extents | undefined {
  const list = places[Math.floor(uniform(random) * places.length)]
  if (list === undefined) return undefined
  const at = list[Math.floor(uniform(random) * list.length)] ?? 0
  const [, height, width] = image.geometry.extents
  return [Math.floor(at / (height * width)), Math.floor(at / width) % height, at % width]
}

/** A warning where a patch is larger than volumes that it is drawn from. */
export function paddingNote(
  cases: readonly { readonly name: string; readonly image: Image }[],
  patch: readonly number[],
): Problem | undefined {
  const wanted = volumetric(patch)
  const smaller = cases.filter(({ image }) =>
    image.geometry.extents.some((extent, axis) => extent < (wanted[axis] ?? 1)),
  )
  const [first] = smaller
  return first === undefined
    ? undefined
    : problem('patch-pads', {
        patch,
        cases: smaller.length,
        name: first.name,
        extents: first.image.geometry.extents,
      })
}
