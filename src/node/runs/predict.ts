// Label maps of images by a trained network: what `weft predict` does, as a library.
import { existsSync, mkdirSync, realpathSync } from 'node:fs'
import { basename, dirname, join, relative, resolve, sep } from 'node:path'
import { createModel, type TfjsModel } from '../../backends/tfjs/model.ts'
import { inferenceMemory } from '../../compiler/analysis/memory.ts'
import { isProblem, problem, type Problem } from '../../compiler/diagnostics/diagnostic.ts'
import { openImages } from '../dataset-files.ts'
import { writeLabels } from '../nifti-files.ts'
import { reasonOf } from '../spec-files.ts'
import { memoryProblem, type ChosenBackend } from '../tfjs-backend.ts'
import type { WhichCheckpoint } from './run-folder.ts'
import { segment, type Segmenter, type SegmentOptions } from './segment.ts'
import { patchOf } from './task.ts'
import { openTrained, type TrainedNetwork } from './trained.ts'

export interface InferenceOptions {
  /** The current backend, as `chooseBackend` gives it. */
  readonly backend: Pick<ChosenBackend, 'name'>
  /** `last` unless given. */
  readonly checkpoint?: WhichCheckpoint
  /** Share of a window that its neighbour sees too; 0.5 unless given. */
  readonly overlap?: number
  /** Averages over the mirror images along all axes. */
  readonly mirror?: boolean
}

export interface PredictOptions extends InferenceOptions {
  /** Folder of images: CASE_0000.nii.gz and so on. */
  readonly input: string
  /** Folder of the label maps, CASE.nii.gz; it is made, and files of these names are replaced. */
  readonly output: string
  onCase?(predicted: PredictedCase, cases: number): void
  /** Told after each window, in cases. */
  onProgress?(done: number, all: number): void
}

export interface PredictedCase {
  readonly name: string
  /** The file that was written. */
  readonly path: string
  /** Of each class, background first; in millilitres. */
  readonly volumes: readonly number[]
}

export interface Prediction {
  readonly trained: TrainedNetwork
  readonly cases: readonly PredictedCase[]
}

/** Predicts every case of a folder, one after the other; a problem ends it and leaves what was written before. */
export async function predictRun(folder: string, options: PredictOptions): Promise<Prediction | Problem> {
  const { input, output } = options
  const trained = openTrained(folder, options.checkpoint)
  if (isProblem(trained)) return trained
  const images = openImages(input, trained.run.description.dataset.channels.length)
  if (isProblem(images)) return images
  const opened = openSegmenter(trained, options)
  if (isProblem(opened)) return opened
  const cases: PredictedCase[] = []
  try {
    const misplaced = misplacedOutput(input, output) ?? makeFolder(output)
    if (misplaced !== undefined) return misplaced
    for (const name of images.cases) {
      const onWindow = (done: number, all: number): void =>
        options.onProgress?.(cases.length + done / all, images.cases.length)
      const found = await predictCase(name, images, { ...opened, output, trained, onWindow })
      if (isProblem(found)) return found
      cases.push(found)
      options.onCase?.(found, images.cases.length)
      // Signals and timers are heard between turns only.
      await new Promise(setImmediate)
    }
    return { trained, cases }
  } finally {
    opened.model.dispose()
  }
}

interface CasePlace extends OpenedSegmenter {
  readonly trained: TrainedNetwork
  readonly output: string
  readonly onWindow: NonNullable<SegmentOptions['onWindow']>
}

async function predictCase(
  name: string,
  images: Exclude<ReturnType<typeof openImages>, Problem>,
  { segmenter, windows, trained, output, onWindow }: CasePlace,
): Promise<PredictedCase | Problem> {
  const found = await images.readCase(name)
  if (isProblem(found)) return found
  const { image, grid } = found
  const labels = await segment(image, segmenter, { ...windows, onWindow })
  const path = join(output, `${name}${grid.path.endsWith('.gz') ? '.nii.gz' : '.nii'}`)
  const failed = writeLabels(path, labels, grid)
  if (failed !== undefined) return failed
  const counts = trained.run.description.dataset.classes.map(() => 0)
  for (const label of labels) counts[label] = (counts[label] ?? 0) + 1
  const [depth, height, width] = image.geometry.spacing
  return { name, path, volumes: counts.map((count) => (count * depth * height * width) / 1000) }
}

export interface OpenedSegmenter {
  readonly segmenter: Segmenter
  readonly windows: SegmentOptions
  /** The caller's to dispose. */
  readonly model: TfjsModel
}

/** The trained network on the current backend, with how volumes are cut into windows. */
export function openSegmenter(
  { run, graph, checkpoint }: TrainedNetwork,
  { backend, overlap, mirror = false }: InferenceOptions,
): OpenedSegmenter | Problem {
  const tooMuch = memoryProblem(backend.name, inferenceMemory(graph, 1).totalBytes ?? 0)
  if (tooMuch !== undefined) return tooMuch
  const model = createModel(graph, checkpoint.weights, { backend: backend.name })
  if (isProblem(model)) return model
  const windows = {
    ...(overlap === undefined ? {} : { overlap }),
    ...(mirror ? { mirror: patchOf(graph).map((_, axis) => axis) } : {}),
  }
  return { segmenter: { graph, model, rules: run.description.normalisation }, windows, model }
}

// ---------------------------------------------------------------- where it is written

/** Why predictions may not go to a folder: images and labels that somebody drew are never written over. */
function misplacedOutput(input: string, output: string): Problem | undefined {
  const [from, to] = [realPath(input), realPath(output)]
  const inside = relative(from, to)
  const refuse = (reason: string): Problem => problem('output-misplaced', { path: output, reason })
  if (inside === '') return refuse('it is the folder of the images')
  if (inside !== '..' && !inside.startsWith(`..${sep}`))
    return refuse(`it lies in ${input}, the folder of the images`)
  const isDataset = basename(to).startsWith('labels') && existsSync(join(dirname(to), 'dataset.json'))
  return isDataset ? refuse('it is where a dataset keeps its own labels') : undefined
}

/** Behind links as far as it exists. */
function realPath(path: string): string {
  const full = resolve(path)
  if (existsSync(full)) return realpathSync(full)
  return dirname(full) === full ? full : join(realPath(dirname(full)), basename(full))
}

function makeFolder(path: string): Problem | undefined {
  try {
    mkdirSync(path, { recursive: true })
    return undefined
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && 'syscall' in error)) throw error
    return problem('file-unwritable', { path, reason: reasonOf(String(error.code)) })
  }
}
