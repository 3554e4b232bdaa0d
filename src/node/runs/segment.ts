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
import { normalised, type ChannelRule } from '../../data/normalise.ts'
import { predictVolume, type SlidingWindow } from '../../data/sliding-window.ts'
import { decisionOf } from '../../data/targets.ts'
import { classesOf, mainOutput, patchOf } from '../image-network.ts'

export interface Segmenter {
  readonly graph: Graph
  readonly model: TfjsModel
  readonly rules: readonly ChannelRule[]
  /** What the network was trained on: its classes. */
  readonly dataset: DatasetDescription
  /** That of the loss that it was trained with. */
  readonly activation: LossActivation
}

export type SegmentOptions = Pick<SlidingWindow, 'overlap' | 'mirror' | 'gaussian' | 'onWindow'>

/** The label map, from probabilities of the main output by sliding windows. The image is as it was read. */
export function segment(
  image: Image,
  { graph, model, rules, dataset, activation }: Segmenter,
  options: SegmentOptions = {},
): Promise<Uint8Array> {
  const classes = classesOf(graph)
  const output = mainOutput(graph)
  const run = async (patch: Float32Array, shape: readonly number[]): Promise<Float32Array> => {
    const scores = tidy(() => {
      const given = tensor(patch, [...shape])
      const logits = model.run(imageInputs(graph, given), { outputs: 'inference' }).get(output)
      if (logits === undefined) throw new Error(`the model has no output ${output}`)
      // Channels last, where every backend's softmax is fast.
      return transpose(activate(reshape(logits.last(), [-1, classes]), activation))
    })
    const data = await scores.data()
    dispose(scores)
    return data instanceof Float32Array ? data : Float32Array.from(data)
  }
  const window = { ...options, patch: patchOf(graph), classes, run }
  return predictVolume(normalised(image, rules), window, decisionOf(dataset, activation))
}

const activate = (logits: Tensor, activation: LossActivation): Tensor =>
  activation === 'softmax' ? softmax(logits) : sigmoid(logits)
