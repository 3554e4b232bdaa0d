// Batches of patches: which case, which place, how turned. What a step draws depends on the seed and the step alone.
import { isProblem, problem, type Problem } from '../compiler/diagnostics/diagnostic.ts'
import type { Augmentation } from '../compiler/semantics/declarations/augment.ts'
import { uniform } from '../weights/normal.ts'
import { stream, type Stream } from '../weights/streams.ts'
import { changeIntensities, drawMap } from './augment.ts'
import type { Batch, Extents, Image, LabelledCase, LabelMap, LazyCase } from './case.ts'
import type { CaseFacts } from './checks.ts'
import { normalised, type ChannelRule } from './normalise.ts'
import { cutPatch } from './resample.ts'
import { labelsOfClasses, type Labelling } from './targets.ts'

/** A case ready to draw patches from: normalised, with the places of its classes. */
export interface PreparedCase {
  readonly name: string
  readonly image: Image
  readonly labels: LabelMap
  /** For each foreground class that is present, positions of its voxels in the volume. */
  readonly places: readonly Uint32Array[]
  /** Where voxels may be unlabelled, positions of those that are not. */
  readonly labelled?: Uint32Array
}

/** So many voxels of each class are kept to centre patches on, evenly spaced among all of them: nnU-Net keeps as many. */
const placesPerClass = 10_000

export function prepareCase(
  { name, image, labels }: LabelledCase,
  rules: readonly ChannelRule[],
  dataset: Labelling,
): PreparedCase {
  const { ignore } = dataset
  const known = [...Array(ignore).keys()]
  const labelled = ignore === undefined ? {} : { labelled: placesOf(labels.data, [known])[0] ?? nowhere }
  return {
    name,
    image: normalised(image, rules),
    labels,
    places: placesOf(labels.data, labelsOfClasses(dataset)),
    ...labelled,
  }
}

const nowhere = new Uint32Array()

interface Places {
  readonly step: number
  readonly kept: Uint32Array
  seen: number
  count: number
}

/** Of each set of labels that has a voxel. */
function placesOf(labels: Uint8Array, sets: readonly (readonly number[])[]): readonly Uint32Array[] {
  const counts = new Uint32Array(256)
  for (let at = 0; at < labels.length; at++) counts[labels[at] ?? 0] = (counts[labels[at] ?? 0] ?? 0) + 1
  const byLabel = Array.from(counts, (): Places[] => [])
  const lists = sets.flatMap((set): Places[] => {
    const count = set.reduce((sum, label) => sum + (counts[label] ?? 0), 0)
    if (count === 0) return []
    const step = Math.max(1, count / placesPerClass)
    const list = { step, kept: new Uint32Array(Math.ceil(count / step)), seen: 0, count: 0 }
    for (const label of set) byLabel[label]?.push(list)
    return [list]
  })
  for (let at = 0; at < labels.length; at++)
    for (const list of byLabel[labels[at] ?? 0] ?? []) {
      if (list.seen >= list.count * list.step && list.count < list.kept.length) list.kept[list.count++] = at
      list.seen++
    }
  return lists.map(({ kept }) => kept)
}

export interface BatchOptions {
  readonly cases: readonly LazyCase<PreparedCase>[]
  readonly channels: number
  /** Depth, height, width; or height, width for axial slices. */
  readonly patch: readonly number[]
  readonly batch: number
  readonly seed: number
  readonly step: number
  /** Share of patches that are centred on a voxel of a foreground class. */
  readonly foreground: number
  readonly augment: readonly Augmentation[]
}

/** The batch of one step. Cases are drawn with replacement, each as likely as the others; one at a time is looked at. */
export async function drawBatch(options: BatchOptions): Promise<Batch | Problem> {
  const { cases, channels, patch, batch, seed, step } = options
  const extents = volumetric(patch)
  const voxels = extents[0] * extents[1] * extents[2]
  const images = new Float32Array(batch * channels * voxels)
  const labels = new Uint8Array(batch * voxels)
  for (let item = 0; item < batch; item++) {
    const random = stream(seed, 'patch', `${step}/${item}`)
    const place = Math.floor(uniform(random) * cases.length)
    const drawn = await cases[place]?.load()
    if (drawn === undefined) throw new Error('a batch is drawn from at least one case')
    if (isProblem(drawn)) return drawn
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
  const centre = drawCentre(drawn, centred, random)
  const along = (axis: 0 | 1 | 2): number => {
    const room = extents[axis] - patch[axis]
    const free = uniform(random)
    if (room <= 0) return Math.floor(room / 2)
    if (centre === undefined) return Math.floor(free * (room + 1))
    return Math.min(room, Math.max(0, centre[axis] - Math.floor(patch[axis] / 2)))
  }
  return [along(0), along(1), along(2)]
}

/**
 * A voxel of a class, each class that the case has as likely as the others; or anywhere, as undefined. Where voxels may be unlabelled,
 * anywhere is about a voxel that is not, as nnU-Net has it.
 */
function drawCentre(
  { places, labelled, image }: PreparedCase,
  centred: boolean,
  random: Stream,
): Extents | undefined {
  const chosen = centred ? places[Math.floor(uniform(random) * places.length)] : undefined
  const list = chosen ?? labelled
  if (list === undefined || list.length === 0) return undefined
  const at = list[Math.floor(uniform(random) * list.length)] ?? 0
  const [, height, width] = image.geometry.extents
  return [Math.floor(at / (height * width)), Math.floor(at / width) % height, at % width]
}

/** A warning where a patch is larger than volumes that it is drawn from. */
export function paddingNote(
  cases: readonly Pick<CaseFacts, 'name' | 'geometry'>[],
  patch: readonly number[],
): Problem | undefined {
  const wanted = volumetric(patch)
  const smaller = cases.filter(({ geometry }) =>
    geometry.extents.some((extent, axis) => extent < (wanted[axis] ?? 1)),
  )
  const [first] = smaller
  return first === undefined
    ? undefined
    : problem('patch-pads', {
        patch,
        cases: smaller.length,
        name: first.name,
        extents: first.geometry.extents,
      })
}
