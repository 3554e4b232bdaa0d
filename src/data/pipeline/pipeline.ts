// nnU-Net's way of segmenting a volume, its stages in their order: what goes in is turned, cropped, normalised and resampled channel by channel;
// scores come out slice by slice and are resampled back, decided, pasted and turned back. Arrays only: no files, and a network is a function.
// docs/pipeline.md has every rule; the source is nnunetv2 2.8.1, inference/predict_from_raw_data.py and what it calls.
import type { Extents } from '../case.ts'
import { blended, blendingBytes, type Blending, type Precision, type ScoredSlice } from './blend.ts'
import { cropped, extentsOf, filledMask, nonzeroBox, pasted, type Box } from './crop.ts'
import { perAxis, voxelsOf, type Grid, type Triple } from './grid.ts'
import { normalise, type Scheme } from './intensity.ts'
import type { Network } from './network.ts'
import type { CropPlace } from './probabilities.ts'
import { resampled, type ImageResampling, type ScoreResampling } from './resample.ts'
import { resampledLabels } from './resample-labels.ts'
import { decide, restored, type Labelling, type Restoring } from './restore.ts'
import { separateAxis, targetExtents, targetSpacing } from './spacing.ts'
import { importance, tilingOf, type Tiling } from './tiles.ts'
import { inOrder, inverseOrder, transposed } from './transpose.ts'

/** What a model says of how its volumes are treated. */
export interface Pipeline {
  /** Axis `k` of the network is axis `transpose[k]` of the file's array. */
  readonly transpose: Triple
  /** Millimetres along the network's axes; of a network of slices the last two. */
  readonly spacing: readonly number[]
  /** A scheme for each channel. */
  readonly normalisation: readonly Scheme[]
  /** Scores are resampled linearly. */
  readonly resampling: { readonly image: ImageResampling; readonly scores: ScoreResampling }
  /** Of the network's input: three extents, or two of slices. */
  readonly patch: readonly number[]
  /** Axes of the patch along which it was mirrored in training. */
  readonly mirror: readonly number[]
  readonly labelling: Labelling
}

/** A volume as a file has it. */
export interface Volume {
  readonly extents: Extents
  /** Millimetres, in the order of the extents. */
  readonly spacing: Triple
  readonly channels: readonly Float32Array[]
}

export interface SegmentOptions {
  readonly networks: readonly Network[]
  /** Channels of their scores. */
  readonly classes: number
  readonly precision: Precision
  /** Whether mirror images are averaged. */
  readonly mirrored: boolean
  /** How far a tile stands from its neighbour at most, as a share of its extents. */
  readonly step: number
  onTile?(done: number, all: number): void
  /** Told of the scores of each slice of the box, as they are decided; they hold until it returns. */
  onScores?(slice: ScoredSlice, place: CropPlace): void
}

/** The label map on the voxels of the volume, whose channels are not changed; a text says why there is none. */
export async function segmentVolume(
  volume: Volume,
  pipeline: Pipeline,
  options: SegmentOptions,
): Promise<Uint8Array | string> {
  const { transpose, labelling } = pipeline
  const turned = volume.channels.map((data) => transposed({ extents: volume.extents, data }, transpose))
  const whole = inOrder(volume.extents, transpose)
  const box = nonzeroBox(turned.map(({ data }) => data), whole) // prettier-ignore
  const layout = layOut(extentsOf(box), inOrder(volume.spacing, transpose), pipeline, options.step)
  const channels = prepared(turned, box, layout, pipeline)
  if (typeof channels === 'string') return channels
  const labels = new Uint8Array(voxelsOf(layout.cropped))
  const area = layout.cropped[1] * layout.cropped[2]
  const slices = blended(channels, blendingOf(pipeline, layout, options))
  const place = { box, whole, transpose }
  const precision = pipeline.resampling.scores.stored ?? options.precision
  for await (const slice of restored(slices, { ...layout.restoring, precision })) {
    options.onScores?.(slice, place)
    decide(slice.scores, labelling, labels.subarray(slice.z * area, (slice.z + 1) * area))
  }
  const onWhole = pasted({ extents: layout.cropped, data: labels }, box, whole)
  return transposed(onWhole, inverseOrder(transpose)).data
}

/** A volume as the network sees it in training, with its labels at the same extents. */
export interface NetworkView {
  readonly extents: Extents
  /** Millimetres. */
  readonly spacing: Triple
  readonly channels: readonly Float32Array[]
  readonly labels: Uint8Array
}

/** Stages 2 to 5, and labels alike; a text says why it cannot be done. */
export function networkView(volume: Volume, labels: Uint8Array, pipeline: Pipeline): NetworkView | string {
  const { transpose, spacing } = pipeline
  const turned = volume.channels.map((data) => transposed({ extents: volume.extents, data }, transpose))
  const whole = inOrder(volume.extents, transpose)
  const box = nonzeroBox(turned.map(({ data }) => data), whole) // prettier-ignore
  const own = inOrder(volume.spacing, transpose)
  const layout = layOut(extentsOf(box), own, pipeline, 1)
  const channels = prepared(turned, box, layout, pipeline)
  if (typeof channels === 'string') return channels
  const { tiling: { extents }, separate } = layout // prettier-ignore
  const inBox = cropped(transposed({ extents: volume.extents, data: labels }, transpose), box)
  const mask = filledMask(turned.map(({ data }) => data), whole, box) // prettier-ignore
  return {
    extents,
    spacing: targetSpacing(spacing, own),
    channels: channels.map(({ data }) => data),
    labels: resampledLabels(inBox, extents, separate, mask).data,
  }
}

/** Extents that a volume has for the network if nothing of it is cropped. */
export const networkExtents = (
  { extents, spacing }: Pick<Volume, 'extents' | 'spacing'>,
  { transpose, spacing: planned }: Pick<Pipeline, 'transpose' | 'spacing'>,
): Extents => {
  const own = inOrder(spacing, transpose)
  return targetExtents(inOrder(extents, transpose), own, targetSpacing(planned, own))
}

/** What the extents and the spacing of a cropped volume make of it. */
interface Layout {
  readonly cropped: Extents
  /** Which axis of the image is resampled by itself. */
  readonly separate: 0 | 1 | 2 | undefined
  readonly tiling: Tiling
  readonly restoring: Omit<Restoring, 'precision'>
}

function layOut(
  cropped: Extents,
  own: Triple,
  { spacing, resampling, patch }: Pipeline,
  step: number,
): Layout {
  const target = targetSpacing(spacing, own)
  const { image, scores } = resampling
  const tiling = tilingOf(targetExtents(cropped, own, target), patch, step)
  const back = separateAxis(scores.separation, target, own, scores.threshold)
  return {
    cropped,
    separate: separateAxis(image.separation, own, target, image.threshold),
    tiling,
    restoring: { from: tiling.extents, to: cropped, separate: back },
  }
}

/** The channels as the network sees them, one after the other, so that no more than one is there in two forms. */
function prepared(
  turned: readonly Grid[],
  box: Box,
  { separate, tiling }: Layout,
  { normalisation, resampling }: Pipeline,
): readonly Grid[] | string {
  let filled: Uint8Array | undefined
  const arrays = turned.map(({ data }) => data) // prettier-ignore
  const whole = turned[0]?.extents ?? [0, 0, 0]
  const mask = (): Uint8Array => (filled ??= filledMask(arrays, whole, box))
  const done: Grid[] = []
  for (const [channel, grid] of turned.entries()) {
    const own = cropped(grid, box)
    const wrong = normalise(own.data, normalisation[channel] ?? { rule: 'none' }, mask)
    if (wrong !== undefined) return `channel ${channel}: ${wrong}`
    done.push(resampled(own, tiling.extents, resampling.image.order, separate))
  }
  return done
}

function blendingOf({ patch, mirror }: Pipeline, { tiling }: Layout, options: SegmentOptions): Blending {
  const { mirrored, step: _, onScores: __, ...rest } = options
  const axes = mirror.map((axis) => axis + 3 - patch.length)
  return { ...rest, tiling, weights: importance(patch), mirror: mirrored ? axes : [] }
}

// ---------------------------------------------------------------- what it takes

const bytesPerNumber = 4

/** Tiles of a volume, and bytes that are held at once, if nothing of it is cropped; less where something is. */
export function demandOf(
  { extents, spacing }: Omit<Volume, 'channels'>,
  pipeline: Pipeline,
  { classes, networks, precision, step }: Pick<SegmentOptions, 'classes' | 'precision' | 'step'> & { readonly networks: number }, // prettier-ignore
): { readonly tiles: number; readonly image: number; readonly scores: number } {
  const { transpose, normalisation } = pipeline
  const [from, own] = [inOrder(extents, transpose), inOrder(spacing, transpose)]
  const { tiling } = layOut(from, own, pipeline, step)
  const channels = normalisation.length
  const copies = transpose.every((axis, k) => axis === k) ? 1 : 2
  const isMasked = normalisation.some((scheme) => scheme.rule === 'zscore' && scheme.masked)
  // Of one channel at a time: cropped, and with the larger extents of each axis twice while it is resampled.
  const between = voxelsOf(perAxis((axis) => Math.max(from[axis], tiling.extents[axis])))
  return {
    tiles: tiling.corners.length,
    image:
      (isMasked ? 2 * voxelsOf(from) : 0) +
      bytesPerNumber *
        (voxelsOf(from) * (copies * channels + 1) + 2 * between + channels * voxelsOf(tiling.extents)),
    scores: blendingBytes({ tiling, classes, networks, precision }) + 3 * voxelsOf(from),
  }
}
