// Label maps of images by an imported model, on ONNX Runtime: what `weft predict` does with one, as a library.
import { join } from 'node:path'
import { inferenceMemory } from '../../compiler/analysis/memory.ts'
import { isProblem, problem, type Problem } from '../../compiler/diagnostics/diagnostic.ts'
import type { Precision } from '../../data/pipeline/blend.ts'
import type { Network } from '../../data/pipeline/network.ts'
import { demandOf, segmentVolume, type SegmentOptions, type Volume } from '../../data/pipeline/pipeline.ts'
import { volumesOf } from '../../data/pipeline/volumes.ts'
import { ignoredFiles, ofSeries, openImages, type ImageFolder } from '../dataset-files.ts'
import { volumeEndings } from '../images/open-volume.ts'
import { inspectVolume, readVolume, type VolumeShape } from '../images/volume.ts'
import { mainOutput, patchOf } from '../image-network.ts'
import { runModel, type RunningModel } from '../onnx-model.ts'
import type { OnnxRuntime, SessionOptions } from '../onnx-runtime.ts'
import {
  workThrough,
  type CaseDemand,
  type CaseListeners,
  type CaseWatch,
  type FailedCase,
} from '../runs/case-list.ts'
import type { PredictedCase } from '../runs/predicted-case.ts'
import { makeOutput } from '../runs/prediction-folder.ts'
import { openMember, openModel, type ModelDescription, type OpenedModel } from './model-folder.ts'

export interface PredictModelOptions extends CaseListeners {
  readonly runtime: OnnxRuntime
  readonly session?: SessionOptions
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
  /** Version of Weft, for the metadata of what is given to the runtime. */
  readonly weft: string
  /** Told before the first case is read. */
  onBegin?(description: ModelDescription): void
  onCase?(predicted: PredictedCase, description: ModelDescription): void
}

export interface ModelPrediction {
  readonly model: OpenedModel
  readonly cases: readonly PredictedCase[]
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
  options.onBegin?.(model.description)
  const members = await openMembers(model, options)
  if (isProblem(members)) return members
  try {
    const segmenting = segmentingOf(model, members, options)
    const inspect = async (name: string): Promise<VolumeShape | Problem> => {
      const paths = images.pathsOf(name)
      return isProblem(paths) ? paths : inspectVolume(paths, reader)
    }
    const demand = (shape: VolumeShape): CaseDemand => demandOn(model, shape, segmenting)
    const list = { names: images.cases, inspect, demand }
    const place = { model, images, output, segmenting }
    const { done, failed } = await workThrough(list, options, async (name, watch) => {
      const found = await predictCase(name, place, watch)
      if (!isProblem(found)) options.onCase?.(found, model.description)
      return found
    })
    return { model, cases: done, failed }
  } finally {
    for (const one of members) await one.close()
  }
}

/** Volumes of any format; the model's own is the first that is asked for. */
const endingsFor = (own: string): readonly string[] => [...new Set([own, ...volumeEndings, ofSeries])]

// ---------------------------------------------------------------- the ensemble

/** Every member as a model of the runtime; all of them are there at once. */
async function openMembers(
  model: OpenedModel,
  { runtime, session, weft }: PredictModelOptions,
): Promise<readonly RunningModel[] | Problem> {
  const running: RunningModel[] = []
  const giveUp = async (found: Problem): Promise<Problem> => {
    for (const one of running) await one.close()
    return found
  }
  for (const name of model.description.members) {
    const opened = openMember(model, name)
    if (isProblem(opened)) return giveUp(opened)
    const { weights, close } = opened
    const provenance = { weftVersion: weft, weights: name }
    const found = await runModel(runtime, model, { weights, provenance, batch: 1 }, session)
    close()
    if (found.kind === 'running') running.push(found)
    else if (found.kind === 'failed') return giveUp(found.problem)
    else
      throw new Error(`the network of ${model.folder} cannot be exported: ${found.diagnostics[0]?.message}`)
  }
  return running
}

/** What every case is segmented by. */
type Segmenting = Omit<SegmentOptions, 'onTile'>

function segmentingOf(
  { graph, description }: OpenedModel,
  members: readonly RunningModel[],
  { precision = 'float32', mirror = true, overlap = 0.5 }: PredictModelOptions,
): Segmenting {
  const shape = [1, description.channels.length, ...patchOf(graph)]
  const output = mainOutput(graph)
  return {
    networks: members.map((one) => networkOf(one, shape, output)),
    classes: description.outputs.length,
    precision,
    mirrored: mirror,
    step: 1 - overlap,
  }
}

/** What the runtime says against a tile ends the case. */
class RuntimeFailure extends Error {
  readonly problem: Problem
  constructor(found: Problem) {
    super(found.name)
    this.problem = found
  }
}

const networkOf =
  ({ session }: RunningModel, shape: readonly number[], output: string): Network =>
  async (tile) => {
    const [input = ''] = session.inputNames
    const found = await session.run(new Map([[input, { shape, data: tile }]]), [output])
    if (isProblem(found)) throw new RuntimeFailure(found)
    const scores = found.get(output)?.data
    if (scores === undefined) throw new Error(`the model has no output ${output}`)
    return scores
  }

// ---------------------------------------------------------------- a case

/** Without what is cropped: that shows only when the voxels are read. */
function demandOn(
  { graph, description }: OpenedModel,
  shape: VolumeShape,
  segmenting: Segmenting,
): CaseDemand {
  const networks = segmenting.networks.length
  const { tiles, image, scores } = demandOf(shape, description.pipeline, { ...segmenting, networks })
  const working = networks * (inferenceMemory(graph, 1).totalBytes ?? 0)
  return {
    windows: tiles,
    needs: [
      { what: 'the image, as read and as the network sees it,', bytes: image },
      { what: `scores of ${segmenting.classes} classes, and labels`, bytes: scores },
      { what: `${networks} network${networks === 1 ? '' : 's'}`, bytes: working },
    ],
  }
}

interface CasePlace {
  readonly model: OpenedModel
  readonly images: ImageFolder
  readonly output: string
  readonly segmenting: Segmenting
}

async function predictCase(
  name: string,
  { model: { description }, images, output, segmenting }: CasePlace,
  { onWindow, onRemarks }: CaseWatch,
): Promise<PredictedCase | Problem> {
  const paths = images.pathsOf(name)
  if (isProblem(paths)) return paths
  const opened = await readVolume(paths, description.reader)
  if (isProblem(opened)) return opened
  onRemarks(opened.remarks)
  const labels = await labelsOf(opened.volume, name, description.pipeline, {
    ...segmenting,
    onTile: onWindow,
  })
  if (isProblem(labels)) return labels
  const path = join(output, `${name}${description.ending}`)
  const failed = opened.writeLabels(path, labels)
  if (failed !== undefined) return failed
  return { name, path, volumes: volumesOf(labels, opened.volume.spacing, description) }
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
    if (error instanceof RuntimeFailure) return error.problem
    throw error
  }
}
