// Label maps of images by a trained network: what `weft predict` does, as a library.
import { join } from 'node:path'
import { isProblem, type Problem } from '../../compiler/diagnostics/diagnostic.ts'
import type { CaseShape } from '../../data/case.ts'
import { countClasses } from '../../data/metrics.ts'
import { ignoredFiles, openImages, type ImageFolder } from '../dataset-files.ts'
import { workThrough, type CaseDemand, type CaseWatch, type FailedCase } from './case-list.ts'
import { openSegmenter, segmentingDemand, type InferenceOptions, type OpenedSegmenter } from './inference.ts'
import type { PredictedCase } from './predicted-case.ts'
import { makeOutput } from './prediction-folder.ts'
import { segment } from './segment.ts'
import { openTrained, type TrainedNetwork } from './trained.ts'

export interface PredictOptions extends InferenceOptions {
  /** Folder of images: CASE_0000.nii.gz and so on, or of pictures. */
  readonly input: string
  /** Folder of the label maps, CASE.nii.gz; it is made, and files of these names are replaced. */
  readonly output: string
  onCase?(predicted: PredictedCase): void
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
    const misplaced = makeOutput(images.cases, input, output)
    if (misplaced !== undefined) return misplaced
    const demand = (shape: CaseShape): CaseDemand => segmentingDemand(opened, shape)
    const list = { names: images.cases, inspect: images.inspect, demand }
    const { done, failed } = await workThrough(list, options, async (name, watch) => {
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
  const labels = await segment({ name, image }, segmenter, { ...windows, onWindow })
  if (isProblem(labels)) return labels
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
