// One image to its label map, as training validates and `weft predict` predicts.
import {
  dispose,
  reshape,
  sigmoid,
  softmax,
  tensor,
  tidy,
  transpose,
  type Tensor,
} from '@tensorflow/tfjs-core'
import { imageInputs } from '../../backends/tfjs/image-inputs.ts'
import type { TfjsModel } from '../../backends/tfjs/model.ts'
import type { Graph } from '../../compiler/ir/graph.ts'
import type { LossActivation } from '../../compiler/semantics/declarations/losses.ts'
import type { DatasetDescription, Image } from '../../data/case.ts'
import { problem, type Problem } from '../../compiler/diagnostics/diagnostic.ts'
import { normalised, type ChannelRule } from '../../data/normalise.ts'
import { segmentVolume, type Pipeline } from '../../data/pipeline/pipeline.ts'
import { predictVolume, type SlidingWindow } from '../../data/sliding-window.ts'
import { decisionOf } from '../../data/targets.ts'
import { classesOf, mainOutput, patchOf } from '../image-network.ts'
import { volumeOf } from './prepared-case.ts'

export interface Segmenter {
  readonly graph: Graph
  readonly model: TfjsModel
  readonly rules: readonly ChannelRule[]
  /** In the place of the rules, where the run resamples. */
  readonly pipeline: Pipeline | undefined
  /** What the network was trained on: its classes. */
  readonly dataset: DatasetDescription
  /** That of the loss that it was trained with. */
  readonly activation: LossActivation
}

export type SegmentOptions = Pick<SlidingWindow, 'overlap' | 'mirror' | 'gaussian' | 'onWindow'>

/** The label map on the voxels of the image, which is as it was read: from probabilities of the main output by sliding windows. */
export async function segment(
  { name, image }: { readonly name: string; readonly image: Image },
  segmenter: Segmenter,
  options: SegmentOptions = {},
): Promise<Uint8Array | Problem> {
  const { graph, rules, pipeline, dataset, activation } = segmenter
  if (pipeline !== undefined) return segmentThrough(pipeline, { name, image }, segmenter, options)
  const classes = classesOf(graph)
  const run = runnerOf(segmenter, (logits) => (activation === 'softmax' ? softmax(logits) : sigmoid(logits)))
  const window = { ...options, patch: patchOf(graph), classes, run }
  return predictVolume(normalised(image, rules), window, decisionOf(dataset, activation))
}

/** By nnU-Net's pipeline, which averages the scores themselves, at the spacing of the network, and brings them back. */
async function segmentThrough(
  pipeline: Pipeline,
  { name, image }: { readonly name: string; readonly image: Image },
  segmenter: Segmenter,
  { overlap = usualOverlap, mirror = [], onWindow }: SegmentOptions,
): Promise<Uint8Array | Problem> {
  const { graph } = segmenter
  const run = runnerOf(segmenter, (logits) => logits)
  const shape = [1, image.channels, ...patchOf(graph)]
  const found = await segmentVolume(volumeOf(image), pipeline, {
    networks: [(tile) => run(tile, shape)],
    classes: classesOf(graph),
    precision: 'float32',
    mirrored: mirror.length > 0,
    step: 1 - overlap,
    ...(onWindow === undefined ? {} : { onTile: onWindow }),
  })
  return typeof found === 'string' ? problem('volume-unfit', { name, reason: found }) : found
}

/** Of a window that its neighbour sees too, unless it is said. */
export const usualOverlap = 0.5

type Runner = (patch: Float32Array, shape: readonly number[]) => Promise<Float32Array>

function runnerOf({ graph, model }: Segmenter, activate: (logits: Tensor) => Tensor): Runner {
  const [classes, output] = [classesOf(graph), mainOutput(graph)]
  return async (patch, shape) => {
    const scores = tidy(() => {
      const given = tensor(patch, [...shape])
      const logits = model.run(imageInputs(graph, given), { outputs: 'inference' }).get(output)
      if (logits === undefined) throw new Error(`the model has no output ${output}`)
      // Channels last, where every backend's softmax is fast.
      return transpose(activate(reshape(logits.last(), [-1, classes])))
    })
    const data = await scores.data()
    dispose(scores)
    return data instanceof Float32Array ? data : Float32Array.from(data)
  }
}
