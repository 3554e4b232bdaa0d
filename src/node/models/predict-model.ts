// Label maps of images by an imported model, on ONNX Runtime: what `weft predict` does with one, as a library.
import { isProblem, type Problem } from '../../compiler/diagnostics/diagnostic.ts'
import type { Precision } from '../../data/pipeline/blend.ts'
import { ignoredFiles, ofSeries, openImages, type ImageFolder } from '../dataset-files.ts'
import { volumeEndings } from '../images/open-volume.ts'
import { inspectVolume, type VolumeShape } from '../images/volume.ts'
import { workThrough, type CaseDemand, type CaseListeners, type FailedCase } from '../runs/case-list.ts'
import type { PredictedCase } from '../runs/predicted-case.ts'
import { makeOutput } from '../runs/prediction-folder.ts'
import { networksOf, openMembers, type EnsembleOptions } from './ensemble.ts'
import { openModel, type ModelDescription, type OpenedModel } from './model-folder.ts'
import { demandOn, predictCase, type Segmenting } from './predict-case.ts'
import {
  modelDigest,
  openRecord,
  type PredictionRecord,
  type PredictionSettings,
} from './prediction-record.ts'

export interface PredictModelOptions extends CaseListeners, EnsembleOptions {
  /** Folder of images: CASE_0000.nii.gz and so on. */
  readonly input: string
  /** Folder of the label maps; it is made, and files of these names are replaced. */
  readonly output: string
  /** `float32` unless given; `half` for nnU-Net's own rounding. */
  readonly precision?: Precision
  /** Averages over mirror images along the axes that the model allows; true unless given. */
  readonly mirror?: boolean
  /** Share of a tile that its neighbour sees too, at least; 0.5 unless given. */
  readonly overlap?: number
  /** Writes the probabilities too, CASE.safetensors with the tensor `probabilities`: classes × axes of the file, the slowest first. */
  readonly probabilities?: boolean
  /** Keeps the cases that are there already, if they were made by the same model with the same options of the same images. */
  readonly resume?: boolean
  /** Told before the first case is read. */
  onBegin?(description: ModelDescription): void
  onCase?(predicted: PredictedCase, description: ModelDescription): void
  /** Told of each case that is there already. */
  onKept?(kept: PredictedCase): void
}

export interface ModelPrediction {
  readonly model: OpenedModel
  readonly cases: readonly PredictedCase[]
  /** Those that were there already. */
  readonly kept: readonly PredictedCase[]
  /** Of which nothing was written, and why. */
  readonly failed: readonly FailedCase[]
}

/** Predicts every case of a folder, one after the other. A case that cannot be read or written keeps no other from being predicted. */
export async function predictModel(
  folder: string,
  options: PredictModelOptions,
): Promise<ModelPrediction | Problem> {
  const { input, output } = options
  const model = openModel(folder)
  if (isProblem(model)) return model
  const { channels, ending, reader } = model.description
  const images = openImages(input, channels.length, { endings: endingsFor(ending) })
  if (isProblem(images)) return images
  const ignored = ignoredFiles(images)
  if (ignored !== undefined) options.onWarning?.(ignored)
  const misplaced = makeOutput(images.cases, input, output)
  if (misplaced !== undefined) return misplaced
  const settings = await settingsOf(model, options)
  const record = openRecord(output, settings, options.resume ?? false)
  if (isProblem(record)) return record
  options.onBegin?.(model.description)
  const kept = await keptOf(images, record)
  for (const one of kept) options.onKept?.(one)
  const names = images.cases.filter((name) => kept.every((one) => one.name !== name))
  if (names.length === 0) return { model, cases: [], kept, failed: [] }
  const members = await openMembers(model, options)
  if (isProblem(members)) return members
  try {
    const segmenting = segmentingOf(model, settings, networksOf(model, members))
    const inspect = async (name: string): Promise<VolumeShape | Problem> => {
      const paths = images.pathsOf(name)
      return isProblem(paths) ? paths : inspectVolume(paths, reader)
    }
    const demand = (shape: VolumeShape): CaseDemand => demandOn(model, shape, segmenting)
    const place = { model, output, segmenting }
    const { done, failed } = await workThrough({ names, inspect, demand }, options, async (name, watch) => {
      const paths = images.pathsOf(name)
      if (isProblem(paths)) return paths
      const written = await predictCase(name, paths, place, watch)
      if (isProblem(written)) return written
      const { found, files } = written
      const unnoted = await record.add(found, paths, files)
      if (unnoted !== undefined) return unnoted
      options.onCase?.(found, model.description)
      return found
    })
    return { model, cases: done, kept, failed }
  } finally {
    for (const one of members) await one.close()
  }
}

async function settingsOf(model: OpenedModel, options: PredictModelOptions): Promise<PredictionSettings> {
  const { weft, precision = 'float32', mirror = true, overlap = 0.5, probabilities = false } = options
  return { weft, model: await modelDigest(model), precision, mirror, overlap, probabilities }
}

const segmentingOf = (
  { description }: OpenedModel,
  { precision, mirror, overlap, probabilities }: PredictionSettings,
  networks: Segmenting['networks'],
): Segmenting => ({
  networks,
  classes: description.outputs.length,
  precision,
  mirrored: mirror,
  step: 1 - overlap,
  probabilities,
})

async function keptOf(images: ImageFolder, record: PredictionRecord): Promise<readonly PredictedCase[]> {
  const kept: PredictedCase[] = []
  for (const name of images.cases) {
    const paths = images.pathsOf(name)
    const found = isProblem(paths) ? undefined : await record.kept(name, paths)
    if (found !== undefined) kept.push(found)
  }
  return kept
}

/** Volumes of any format; the model's own is the first that is asked for. */
const endingsFor = (own: string): readonly string[] => [...new Set([own, ...volumeEndings, ofSeries])]
