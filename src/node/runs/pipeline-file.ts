// `pipeline.json` of a run whose recipe resamples: what is done with volumes, settled by its training cases, so that predictions undo it.
import { join } from 'node:path'
import { isProblem, problem, type Problem } from '../../compiler/diagnostics/diagnostic.ts'
import type { LossActivation } from '../../compiler/semantics/declarations/losses.ts'
import type { DatasetDescription } from '../../data/case.ts'
import type { Pipeline } from '../../data/pipeline/pipeline.ts'
import { labelsOfClasses, type Labelling } from '../../data/targets.ts'
import { weftPipeline, type WeftPipeline } from '../../json/generated/weft-pipeline-1.ts'
import { faultsText, readJson } from '../../json/read.ts'
import { readText } from '../spec-files.ts'
import { digestOfText, shownDigest } from './digests.ts'

export const pipelineFile = 'pipeline.json'

/** Its text. */
export function pipelineText(
  pipeline: Pipeline,
  {
    weft,
    network,
    dataset,
    ending,
  }: {
    readonly weft: string
    readonly network: string
    readonly dataset: DatasetDescription
    readonly ending: string
  },
): string {
  const { channels } = dataset
  const outputs = outputsOf(dataset, pipeline.labelling.kind === 'labels' ? 'softmax' : 'sigmoid')
  const content = { format: 1, weft, network, channels, outputs, ending, pipeline }
  return `${JSON.stringify(content, undefined, 2)}\n`
}

/** Channels of the scores with the labels of a map that each stands for. */
export function outputsOf(dataset: Labelling, activation: LossActivation): WeftPipeline['outputs'] {
  const foreground = labelsOfClasses(dataset).map((labels, k) => ({
    name: dataset.classes[k + 1] ?? '',
    labels: [...labels],
  }))
  return activation === 'softmax'
    ? [{ name: dataset.classes[0] ?? '', labels: [0] }, ...foreground]
    : foreground
}

/** How scores become labels: what `decisionOf` does with probabilities, of logits. */
export const labellingFor = ({ regions }: Labelling, activation: LossActivation): Pipeline['labelling'] =>
  activation === 'softmax'
    ? { kind: 'labels' }
    : regions === undefined
      ? { kind: 'exclusive' }
      : { kind: 'regions', written: regions.map(({ written }) => written) }

/** What a run does with volumes. */
export interface Prepared {
  readonly pipeline: Pipeline
  /** What the files that it was trained on end in. */
  readonly ending: string
}

/** The pipeline of a run that has one, which has to be what it began with. */
export function readPipeline(folder: string, digest: string): Prepared | Problem {
  const path = join(folder, pipelineFile)
  const text = readText(path, path, 'a file of the run')
  if (isProblem(text)) return text
  const damaged = (reason: string): Problem => problem('run-damaged', { path, reason })
  const now = digestOfText(text)
  if (now !== digest)
    return damaged(
      `its text is not what the run began with (${shownDigest(digest)} then, ${shownDigest(now)} now)`,
    )
  const held = readJson(text, weftPipeline)
  if (held.kind === 'faults') return damaged(faultsText(held.faults))
  const { pipeline, ending = '.nii.gz' } = held.data
  const [first = 0, second = 0, third = 0] = pipeline.transpose
  return { pipeline: { ...pipeline, transpose: [first, second, third] }, ending }
}
