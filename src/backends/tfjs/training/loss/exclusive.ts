// Losses of softmax probabilities: a voxel has one class.
import type { LossTerm } from '../../../../compiler/semantics/declarations/losses.ts'
import { openTerms, type VoxelTerm } from './exclusive-terms.ts'
import type { Loss, Overlap, Scored } from './scored.ts'
import { add, emptySums, overlapLoss, type Slopes, type Sums } from './overlap.ts'

export function exclusiveLoss(scored: Scored, terms: readonly LossTerm[]): Loss {
  const { items, classes } = scored
  if (classes < 2) throw new Error('a loss over classes needs logits of at least two')
  const voxelwise = openTerms(terms, scored)
  const { probabilities, sums, overlap } = softmaxSums(scored, voxelwise)
  const overlaps = overlapLoss(terms, sums, { items, classes, first: 1 })
  const value = voxelwise.reduce((total, term) => total + term.value(), overlaps.value)
  toLogits(probabilities, scored, overlaps.slopes, voxelwise)
  return { value, gradient: probabilities, overlap }
}

interface Softmax {
  /** 0 where the voxel is ignored. */
  readonly probabilities: Float32Array
  readonly sums: Sums
  readonly overlap: Overlap
}

function softmaxSums(scored: Scored, voxelwise: readonly VoxelTerm[]): Softmax {
  const { logits, labels, items, classes, ignore } = scored
  const probabilities = new Float32Array(logits.length)
  const sums = emptySums(items * classes)
  const overlap = emptySums(classes)
  const voxels = labels.length / items
  const [logs, shares] = [new Float64Array(classes), new Float64Array(classes)]
  for (let voxel = 0; voxel < labels.length; voxel++) {
    const label = labels[voxel] ?? 0
    if (label === ignore) continue
    if (label >= classes) throw new Error(`label ${label} in a loss over ${classes} classes`)
    const row = voxel * classes
    const item = Math.floor(voxel / voxels) * classes
    const winner = largest(logits, row, classes)
    softmaxOf(logits, row, winner, logs, shares)
    for (let c = 0; c < classes; c++) {
      const p = shares[c] ?? 0
      probabilities[row + c] = p
      add(sums.predicted, item + c, p)
    }
    add(sums.both, item + label, shares[label] ?? 0)
    add(sums.labelled, item + label, 1)
    for (const term of voxelwise) term.take(voxel, label, logs)
    add(overlap.labelled, label, 1)
    add(overlap.predicted, winner, 1)
    if (winner === label) add(overlap.both, label, 1)
  }
  return { probabilities, sums, overlap }
}

/** The first of the largest; of numbers that are none, the first. */
function largest(numbers: Float32Array, start: number, count: number): number {
  let found = 0
  for (let at = 1; at < count; at++)
    if ((numbers[start + at] ?? 0) > (numbers[start + found] ?? 0)) found = at
  return found
}

/** log p and p of each class of a row. */
function softmaxOf(
  logits: Float32Array,
  row: number,
  winner: number,
  logs: Float64Array,
  shares: Float64Array,
): void {
  const top = logits[row + winner] ?? 0
  let total = 0
  for (let c = 0; c < logs.length; c++) {
    const size = Math.exp((logits[row + c] ?? 0) - top)
    shares[c] = size
    total += size
  }
  const whole = top + Math.log(total)
  for (let c = 0; c < logs.length; c++) {
    logs[c] = (logits[row + c] ?? 0) - whole
    shares[c] = (shares[c] ?? 0) / total
  }
}

/** Turns probabilities into the gradient by the logits, in place: of `q = p · ∂/∂p` it is `q - p Σ q`. */
function toLogits(
  probabilities: Float32Array,
  { labels, items, classes, ignore }: Scored,
  { onLabel, everywhere }: Slopes,
  voxelwise: readonly VoxelTerm[],
): void {
  const voxels = labels.length / items
  const slopes = new Float64Array(classes)
  for (let voxel = 0; voxel < labels.length; voxel++) {
    const label = labels[voxel] ?? 0
    if (label === ignore) continue
    const row = voxel * classes
    const item = Math.floor(voxel / voxels) * classes
    for (let c = 0; c < classes; c++) {
      const slope = (everywhere[item + c] ?? 0) + (c === label ? (onLabel[item + c] ?? 0) : 0)
      slopes[c] = slope * (probabilities[row + c] ?? 0)
    }
    for (const term of voxelwise) term.addSlopes(voxel, label, slopes)
    let all = 0
    for (let c = 0; c < classes; c++) all += slopes[c] ?? 0
    for (let c = 0; c < classes; c++)
      probabilities[row + c] = (slopes[c] ?? 0) - (probabilities[row + c] ?? 0) * all
  }
}
