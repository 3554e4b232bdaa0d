// Dice and cross-entropy of softmax probabilities with their gradient in closed form, on plain arrays: sums are in double precision, no
// backend's kernels matter, and nothing but the gradient takes memory.
import type { LossTerm } from '../../../compiler/semantics/declarations/train.ts'

/** One output and the classes it should give, channels last. */
export interface Scored {
  /** `[N, V, C]`: a row of `C` logits for each voxel. */
  readonly logits: Float32Array
  /** `[N, V]`, each below `C`. */
  readonly labels: Uint8Array
  /** N. */
  readonly items: number
  /** C, at least 2: class 0 is background. */
  readonly classes: number
}

/** Voxels per class over the whole batch: what the largest logit says, against the labels. */
export interface Overlap {
  readonly both: Float64Array
  readonly predicted: Float64Array
  readonly labelled: Float64Array
}

export interface Loss {
  readonly value: number
  /** Of the value by the logits, `[N, V, C]`. */
  readonly gradient: Float32Array
  readonly overlap: Overlap
}

/**
 * The weighted sum of the terms, as nnU-Net has them (Isensee et al., Nature Methods 2021, and MIC-DKFZ/nnUNet: DC_and_CE_loss):
 *
 * - cross-entropy: mean over all voxels of -log p(label);
 * - Dice: minus the mean of `(2 Σ p·y + 1e-5) / (Σ p + Σ y + 1e-5)` over the classes but background, the sums taken over the voxels of an
 *   item, and the mean over the items too, or with `batch` over the voxels of all items. A class that is nowhere gives 1 where it is not
 *   predicted, and never a division by zero.
 */
export function segmentationLoss(scored: Scored, terms: readonly LossTerm[]): Loss {
  const { items, classes, labels } = scored
  if (classes < 2) throw new Error('a loss over classes needs logits of at least two')
  const { probabilities, entropy, sums, overlap } = softmaxSums(scored)
  const slopes: Slopes = {
    onLabel: new Float64Array(items * classes),
    everywhere: new Float64Array(items * classes),
  }
  let value = 0
  let entropyWeight = 0
  for (const term of terms) {
    if (term.loss === 'dice') value += addDice(sums, term, { items, classes }, slopes)
    else {
      value += (term.weight * entropy) / labels.length
      entropyWeight += term.weight / labels.length
    }
  }
  toLogits(probabilities, scored, slopes, entropyWeight)
  return { value, gradient: probabilities, overlap }
}

/** Per item and class, `[N, C]`. */
interface Sums {
  /** Σ p·y */
  readonly both: Float64Array
  /** Σ p */
  readonly predicted: Float64Array
  /** Σ y */
  readonly labelled: Float64Array
}

/** ∂Dice/∂p of a voxel's class: `everywhere`, and `onLabel` more where the class is the label. `[N, C]`. */
interface Slopes {
  readonly onLabel: Float64Array
  readonly everywhere: Float64Array
}

const emptySums = (length: number): Sums => ({
  both: new Float64Array(length),
  predicted: new Float64Array(length),
  labelled: new Float64Array(length),
})

interface Softmax {
  readonly probabilities: Float32Array
  /** Sum of -log p(label). */
  readonly entropy: number
  readonly sums: Sums
  readonly overlap: Overlap
}

function softmaxSums({ logits, labels, items, classes }: Scored): Softmax {
  const probabilities = new Float32Array(logits.length)
  const sums = emptySums(items * classes)
  const overlap = emptySums(classes)
  const voxels = labels.length / items
  const sizes = new Float64Array(classes)
  let entropy = 0
  for (let voxel = 0; voxel < labels.length; voxel++) {
    const row = voxel * classes
    const item = Math.floor(voxel / voxels) * classes
    const label = labels[voxel] ?? 0
    if (label >= classes) throw new Error(`label ${label} in a loss over ${classes} classes`)
    const winner = largest(logits, row, classes)
    const top = logits[row + winner] ?? 0
    let total = 0
    for (let c = 0; c < classes; c++) {
      const size = Math.exp((logits[row + c] ?? 0) - top)
      sizes[c] = size
      total += size
    }
    for (let c = 0; c < classes; c++) {
      const p = (sizes[c] ?? 0) / total
      probabilities[row + c] = p
      add(sums.predicted, item + c, p)
    }
    entropy += Math.log(total) + top - (logits[row + label] ?? 0)
    add(sums.both, item + label, (sizes[label] ?? 0) / total)
    add(sums.labelled, item + label, 1)
    add(overlap.labelled, label, 1)
    add(overlap.predicted, winner, 1)
    if (winner === label) add(overlap.both, label, 1)
  }
  return { probabilities, entropy, sums, overlap }
}

function add(numbers: Float64Array, at: number, value: number): void {
  numbers[at] = (numbers[at] ?? 0) + value
}

/** The first of the largest; of numbers that are none, the first. */
function largest(numbers: Float32Array, start: number, count: number): number {
  let found = 0
  for (let at = 1; at < count; at++)
    if ((numbers[start + at] ?? 0) > (numbers[start + found] ?? 0)) found = at
  return found
}

const smooth = 1e-5

/** The value of a Dice term; its slopes are added to `slopes`. */
function addDice(
  sums: Sums,
  { weight, batch }: LossTerm,
  { items, classes }: Pick<Scored, 'items' | 'classes'>,
  slopes: Slopes,
): number {
  const groups = batch
    ? [Array.from({ length: items }, (_, item) => item)]
    : [...Array(items).keys()].map((item) => [item])
  const share = weight / (groups.length * (classes - 1))
  let value = 0
  for (const group of groups) {
    for (let c = 1; c < classes; c++) {
      const over = (numbers: Float64Array): number =>
        group.reduce((total, item) => total + (numbers[item * classes + c] ?? 0), 0)
      const numerator = 2 * over(sums.both) + smooth
      const denominator = over(sums.predicted) + over(sums.labelled) + smooth
      value -= (share * numerator) / denominator
      for (const item of group) {
        add(slopes.onLabel, item * classes + c, (-2 * share) / denominator)
        add(slopes.everywhere, item * classes + c, (share * numerator) / denominator ** 2)
      }
    }
  }
  return value
}

/** Turns probabilities into the gradient by the logits, in place: `∂/∂z = p · (s - Σ p·s)` of the slopes `s`, and `p - y` of cross-entropy. */
function toLogits(
  probabilities: Float32Array,
  { labels, items, classes }: Scored,
  { onLabel, everywhere }: Slopes,
  entropyWeight: number,
): void {
  const voxels = labels.length / items
  for (let voxel = 0; voxel < labels.length; voxel++) {
    const row = voxel * classes
    const item = Math.floor(voxel / voxels) * classes
    const label = labels[voxel] ?? 0
    const extra = onLabel[item + label] ?? 0
    const atLabel = probabilities[row + label] ?? 0
    let mean = extra * atLabel
    for (let c = 0; c < classes; c++) mean += (probabilities[row + c] ?? 0) * (everywhere[item + c] ?? 0)
    for (let c = 0; c < classes; c++)
      probabilities[row + c] =
        (probabilities[row + c] ?? 0) * ((everywhere[item + c] ?? 0) - mean + entropyWeight)
    probabilities[row + label] = (probabilities[row + label] ?? 0) + atLabel * extra - entropyWeight
  }
}
