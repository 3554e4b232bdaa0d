// One case by an imported model: its label map, and its probabilities where they are asked for; whole files only.
import { join } from 'node:path'
import { inferenceMemory } from '../../compiler/analysis/memory.ts'
import { isProblem, problem, type Problem } from '../../compiler/diagnostics/diagnostic.ts'
import { demandOf, segmentVolume, type SegmentOptions, type Volume } from '../../data/pipeline/pipeline.ts'
import { volumesOf } from '../../data/pipeline/volumes.ts'
import { readVolume, type OpenedVolume, type VolumeShape } from '../images/volume.ts'
import type { CaseDemand, CaseWatch } from '../runs/case-list.ts'
import type { PredictedCase } from '../runs/predicted-case.ts'
import { CaseFailure } from './ensemble.ts'
import type { OpenedModel } from './model-folder.ts'
import { openProbabilities, type ProbabilityFile } from './probability-file.ts'

/** What every case is segmented by. */
export interface Segmenting extends Omit<SegmentOptions, 'onTile' | 'onScores'> {
  readonly probabilities: boolean
}

/** Without what is cropped: that shows only when the voxels are read. */
export function demandOn(
  { graph, description }: OpenedModel,
  shape: VolumeShape,
  segmenting: Segmenting,
): CaseDemand {
  const networks = segmenting.networks.length
  const { tiles, image, scores } = demandOf(shape, description.pipeline, { ...segmenting, networks })
  const working = networks * (inferenceMemory(graph, 1).totalBytes ?? 0)
  const [depth, height, width] = shape.extents
  // Of one class: of the box, of the volume, and with its axes turned back; as bytes.
  const kept = segmenting.probabilities ? [{ what: 'probabilities of a class', bytes: 4 * 4 * depth * height * width }] : [] // prettier-ignore
  return {
    windows: tiles,
    needs: [
      { what: 'the image, as read and as the network sees it,', bytes: image },
      { what: `scores of ${segmenting.classes} classes, and labels`, bytes: scores },
      { what: `${networks} network${networks === 1 ? '' : 's'}`, bytes: working },
      ...kept,
    ],
  }
}

export interface CasePlace {
  readonly model: OpenedModel
  readonly output: string
  readonly segmenting: Segmenting
}

/** What was written of a case, the label map first. */
export interface WrittenCase {
  readonly found: PredictedCase
  readonly files: readonly string[]
}

export async function predictCase(
  name: string,
  paths: readonly string[],
  place: CasePlace,
  watch: CaseWatch,
): Promise<WrittenCase | Problem> {
  const { description } = place.model
  const opened = await readVolume(paths, description.reader)
  if (isProblem(opened)) return opened
  watch.onRemarks(opened.remarks)
  if (!place.segmenting.probabilities) return segmentCase(name, opened, place, watch)
  const probabilities = openProbabilities(place.segmenting.classes, description.pipeline.labelling)
  if (isProblem(probabilities)) return probabilities
  try {
    return await segmentCase(name, opened, place, watch, probabilities)
  } finally {
    probabilities.close()
  }
}

async function segmentCase(
  name: string,
  { volume, writeLabels }: OpenedVolume,
  { model: { description }, output, segmenting }: CasePlace,
  { onWindow }: CaseWatch,
  probabilities?: ProbabilityFile,
): Promise<WrittenCase | Problem> {
  const { probabilities: _, ...options } = segmenting
  const labels = await labelsOf(volume, name, description.pipeline, {
    ...options,
    onTile: onWindow,
    onScores: (slice, place) => {
      const failed = probabilities?.take(slice, place)
      if (failed !== undefined) throw new CaseFailure(failed)
    },
  })
  if (isProblem(labels)) return labels
  const beside = join(output, `${name}.safetensors`)
  // Where there is a label map, all that belongs to it is there too.
  const late = probabilities?.write(beside, volume.extents)
  if (late !== undefined) return late
  const path = join(output, `${name}${description.ending}`)
  const failed = writeLabels(path, labels)
  if (failed !== undefined) return failed
  const found = { name, path, volumes: volumesOf(labels, volume.spacing, description) }
  return { found, files: probabilities === undefined ? [path] : [path, beside] }
}

async function labelsOf(
  volume: Volume,
  name: string,
  pipeline: OpenedModel['description']['pipeline'],
  options: SegmentOptions,
): Promise<Uint8Array | Problem> {
  try {
    const found = await segmentVolume(volume, pipeline, options)
    return typeof found === 'string' ? problem('volume-unfit', { name, reason: found }) : found
  } catch (error) {
    if (error instanceof CaseFailure) return error.problem
    throw error
  }
}
