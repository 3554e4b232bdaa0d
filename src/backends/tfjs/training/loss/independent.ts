// Losses of sigmoid probabilities: each channel is a region by itself, and a voxel may lie in several.
import type { LossTerm } from '../../../../compiler/semantics/declarations/losses.ts'
import { membershipOf } from '../../../../data/targets.ts'
import { openTerms, type ChannelTerm } from './independent-terms.ts'
import type { Loss, Overlap, Scored } from './scored.ts'
import { add, emptySums, overlapLoss, type Slopes, type Sums } from './overlap.ts'

export function independentLoss(
  scored: Scored,
  regions: readonly (readonly number[])[],
  terms: readonly LossTerm[],
): Loss {
  const { items, classes } = scored
  if (regions.length !== classes) throw new Error(`${classes} channels for ${regions.length} regions`)
  const member = membershipOf(regions)
  const channelwise = openTerms(terms, scored)
  const { probabilities, sums, overlap } = sigmoidSums(scored, member, channelwise)
  const overlaps = overlapLoss(terms, sums, { items, classes, first: 0 })
  const value = channelwise.reduce((total, term) => total + term.value(), overlaps.value)
  toLogits(probabilities, scored, member, overlaps.slopes, channelwise)
  return { value, gradient: probabilities, overlap }
}

interface Sigmoid {
  /** 0 where the voxel is ignored. */
  readonly probabilities: Float32Array
  readonly sums: Sums
  readonly overlap: Overlap
}

function sigmoidSums(scored: Scored, member: Uint8Array, channelwise: readonly ChannelTerm[]): Sigmoid {
  const { logits, labels, items, classes, ignore } = scored
  const probabilities = new Float32Array(logits.length)
  const sums = emptySums(items * classes)
  const overlap = emptySums(classes + 1)
  const voxels = labels.length / items
  for (let voxel = 0; voxel < labels.length; voxel++) {
    const label = labels[voxel] ?? 0
    if (label === ignore) continue
    const row = voxel * classes
    const item = Math.floor(voxel / voxels) * classes
    for (let c = 0; c < classes; c++) {
      const logit = logits[row + c] ?? 0
      const isIn = member[label * classes + c] === 1
      const p = sigmoid(logit)
      probabilities[row + c] = p
      add(sums.predicted, item + c, p)
      for (const term of channelwise) term.take(logit, isIn)
      if (logit > 0) add(overlap.predicted, c + 1, 1)
      if (!isIn) continue
      add(sums.both, item + c, p)
      add(sums.labelled, item + c, 1)
      add(overlap.labelled, c + 1, 1)
      if (logit > 0) add(overlap.both, c + 1, 1)
    }
    for (const term of channelwise) term.endVoxel()
  }
  return { probabilities, sums, overlap }
}

const sigmoid = (logit: number): number => 1 / (1 + Math.exp(-logit))

/** Turns probabilities into the gradient by the logits, in place. */
function toLogits(
  probabilities: Float32Array,
  { logits, labels, items, classes, ignore }: Scored,
  member: Uint8Array,
  { onLabel, everywhere }: Slopes,
  channelwise: readonly ChannelTerm[],
): void {
  const voxels = labels.length / items
  for (let voxel = 0; voxel < labels.length; voxel++) {
    const label = labels[voxel] ?? 0
    if (label === ignore) continue
    const row = voxel * classes
    const item = Math.floor(voxel / voxels) * classes
    for (let c = 0; c < classes; c++) {
      const isIn = member[label * classes + c] === 1
      const slope = (everywhere[item + c] ?? 0) + (isIn ? (onLabel[item + c] ?? 0) : 0)
      const p = probabilities[row + c] ?? 0
      let sum = slope * p * (1 - p)
      for (const term of channelwise) sum += term.slope(logits[row + c] ?? 0, isIn)
      probabilities[row + c] = sum
    }
  }
}
