// Label maps of images by a trained network: what `weft predict` does, as a library.
import { existsSync, mkdirSync, realpathSync } from 'node:fs'
import { basename, dirname, join, relative, resolve, sep } from 'node:path'
import { isProblem, problem, type Problem } from '../../compiler/diagnostics/diagnostic.ts'
import { countClasses } from '../../data/metrics.ts'
import { ignoredFiles, openImages, type ImageFolder } from '../dataset-files.ts'
import { outputProblem } from '../inputs.ts'
import { caseEndings } from '../case-files.ts'
import { reasonOf } from '../spec-files.ts'
import {
  openSegmenter,
  workThrough,
  type CaseWatch,
  type FailedCase,
  type InferenceOptions,
  type OpenedSegmenter,
} from './inference.ts'
import { segment } from './segment.ts'
import { openTrained, type TrainedNetwork } from './trained.ts'

export interface PredictOptions extends InferenceOptions {
  /** Folder of images: CASE_0000.nii.gz and so on, or of pictures. */
  readonly input: string
  /** Folder of the label maps, CASE.nii.gz; it is made, and files of these names are replaced. */
  readonly output: string
  onCase?(predicted: PredictedCase): void
}

export interface PredictedCase {
  readonly name: string
  /** The file that was written. */
  readonly path: string
  /** Of each class, background first; in millilitres. A voxel of several regions counts in each. */
  readonly volumes: readonly number[]
}

export interface Prediction {
  readonly trained: TrainedNetwork
  readonly cases: readonly PredictedCase[]
  /** Of which nothing was written, and why. */
  readonly failed: readonly FailedCase[]
}

/** Predicts every case of a folder, one after the other. A case that cannot be read or written keeps no other from being predicted. */
export async function predictRun(folder: string, options: PredictOptions): Promise<Prediction | Problem> {
  const { input, output } = options
  const trained = openTrained(folder, options.checkpoint, options.ema)
  if (isProblem(trained)) return trained
  const { dataset, orientation = 'strict' } = trained.run.description
  const images = openImages(input, dataset.channels.length, { orientation })
  if (isProblem(images)) return images
  const ignored = ignoredFiles(images)
  if (ignored !== undefined) options.onWarning?.(ignored)
  const opened = openSegmenter(trained, options)
  if (isProblem(opened)) return opened
  try {
    const misplaced =
      misplacedOutput(input, output) ??
      outputProblem(mayBeWritten(images.cases, output)) ??
      makeFolder(output)
    if (misplaced !== undefined) return misplaced
    const list = { names: images.cases, inspect: images.inspect }
    const { done, failed } = await workThrough(list, opened, options, async (name, watch) => {
      const found = await predictCase(name, images, { ...opened, output, trained, ...watch })
      if (!isProblem(found)) options.onCase?.(found)
      return found
    })
    return { trained, cases: done, failed }
  } finally {
    opened.model.dispose()
  }
}

interface CasePlace extends OpenedSegmenter, CaseWatch {
  readonly trained: TrainedNetwork
  readonly output: string
}

async function predictCase(
  name: string,
  images: ImageFolder,
  { segmenter, windows, trained, output, onWindow, onRemarks }: CasePlace,
): Promise<PredictedCase | Problem> {
  const found = await images.readCase(name)
  if (isProblem(found)) return found
  const { image, remarks } = found
  onRemarks(remarks)
  const labels = await segment(image, segmenter, { ...windows, onWindow })
  const path = join(output, `${name}${found.ending}`)
  const failed = found.writeLabels(path, labels)
  if (failed !== undefined) return failed
  const background = labels.reduce((count, label) => (label === 0 ? count + 1 : count), 0)
  const counts = countClasses(labels, labels, trained.run.description.dataset)
  const [depth, height, width] = image.geometry.spacing
  const volumes = [background, ...counts.map(({ predicted }) => predicted)].map(
    (count) => (count * depth * height * width) / 1000,
  )
  return { name, path, volumes }
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

/** Whatever the ending of a case's image is. */
const mayBeWritten = (cases: readonly string[], output: string): string[] =>
  cases.flatMap((name) => caseEndings.map((ending) => join(output, `${name}${ending}`)))

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
