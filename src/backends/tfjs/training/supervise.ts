// The loss of a network's outputs on the gradient tape of TensorFlow.js.
import {
  addN,
  customGrad,
  mul,
  reshape,
  scalar,
  tensor,
  type Scalar,
  type Tensor,
} from '@tensorflow/tfjs-core'
import type { Batch } from '../../../data/case.ts'
import type { Targets } from '../../../data/targets.ts'
import type { Recipe } from '../../../compiler/semantics/declarations/train.ts'
import type { Activation } from '../activation.ts'
import { labelsAt } from './labels.ts'
import { segmentationLoss } from './loss/loss.ts'
import type { Overlap } from './loss/scored.ts'

export interface OutputLoss {
  readonly output: string
  /** Without the output's weight. */
  readonly loss: number
  readonly overlap: Overlap
}

export interface Supervised {
  /** The weighted sum, on the tape. */
  readonly total: Scalar
  /** In the order of the recipe; outputs of weight 0 are left out. */
  readonly losses: readonly OutputLoss[]
}

/** The outputs that a recipe gives a weight. An output of weight 0 is not supervised, as in nnU-Net: what only it reaches stays as it is. */
export const supervisedOutputs = (recipe: Recipe): Recipe['supervise'] =>
  recipe.supervise.filter((one) => one.weight > 0)

/** The loss of every supervised output against the labels, shrunk to the output's extents; weights are the recipe's own, not normalised. */
export function supervisedLoss(
  outputs: ReadonlyMap<string, Activation>,
  batch: Pick<Batch, 'labels' | 'shape'>,
  recipe: Recipe,
  targets: Targets,
): Supervised {
  const [items = 1, , ...patch] = batch.shape
  const losses: OutputLoss[] = []
  const totals = supervisedOutputs(recipe).map(({ output, weight }) => {
    const logits = outputs.get(output)
    if (logits === undefined) throw new Error(`the model gave no output ${output}`)
    const [, classes = 0, ...extents] = logits.shape
    const labels = labelsAt(batch.labels, items, patch, extents)
    return weighted(logits.last(), weight, (numbers) => {
      const loss = segmentationLoss({ logits: numbers, labels, items, classes, ...targets }, recipe.loss)
      losses.push({ output, loss: loss.value, overlap: loss.overlap })
      return loss
    })
  })
  return { total: reshape(addN(totals), []), losses }
}

/** `weight` times a loss that is computed outside of TensorFlow.js, with its gradient. */
function weighted(
  logits: Tensor,
  weight: number,
  compute: (logits: Float32Array) => { readonly value: number; readonly gradient: Float32Array },
): Scalar {
  const lossOf = customGrad((given) => {
    const from = given as Tensor
    // The logits of a network are float32, which every backend hands out as a Float32Array.
    const { value, gradient } = compute(from.dataSync() as Float32Array)
    const gradFunc = (dy: Tensor): Tensor => mul(tensor(gradient, from.shape), mul(dy, weight))
    return { value: scalar(value * weight), gradFunc }
  })
  return lossOf(logits)
}
