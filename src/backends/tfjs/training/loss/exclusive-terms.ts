// Losses that are means over voxels, of softmax probabilities:
//
// - cross-entropy with weights of classes and smoothed labels: torch.nn.functional.cross_entropy;
// - top-k: the mean of the greatest cross-entropies, a share of all voxels (MIC-DKFZ/nnUNet: TopKLoss);
// - focal: the mean over voxels and classes of `-a (1 - p)^γ log p` of the label, `a` being α, for the background 1 - α, or 1 (Lin et al.,
//   ICCV 2017, and Project-MONAI/MONAI: FocalLoss with `use_softmax`).
//
// Slopes are `p · ∂/∂p`, which has a value where p is 0.
import type { LossTerm } from '../../../../compiler/semantics/declarations/losses.ts'
import type { Scored } from './scored.ts'
import { add } from './overlap.ts'

export interface VoxelTerm {
  /** Of each voxel that is not ignored, in order: its label and log p of each class. */
  take(voxel: number, label: number, logs: Float64Array): void
  /** Once all are taken. */
  value(): number
  /** Adds the slopes of a voxel, by class; after `value`. */
  addSlopes(voxel: number, label: number, slopes: Float64Array): void
}

type Of<L extends LossTerm['loss']> = Extract<LossTerm, { loss: L }>

export function openTerms(terms: readonly LossTerm[], scored: Scored): readonly VoxelTerm[] {
  return terms.flatMap((term) => {
    switch (term.loss) {
      case 'cross_entropy':
        return [crossEntropy(term, scored)]
      case 'topk':
        return [topK(term, scored)]
      case 'focal':
        return [focal(term, scored)]
      case 'dice':
      case 'tversky':
        return []
      case 'bce':
        throw new Error('bce takes sigmoids')
    }
  })
}

function crossEntropy(
  { weight, weights, labelSmoothing = 0 }: Of<'cross_entropy'>,
  { classes }: Scored,
): VoxelTerm {
  const weightOf = Float64Array.from({ length: classes }, (_, c) => weights?.[c] ?? 1)
  // Of the label, and of every class.
  const [sharp, smooth] = [1 - labelSmoothing, labelSmoothing / classes]
  let [sum, all] = [0, 0]
  let share = 0
  return {
    take: (_, label, logs) => {
      sum -= sharp * (weightOf[label] ?? 0) * (logs[label] ?? 0)
      if (smooth > 0) for (let c = 0; c < classes; c++) sum -= smooth * (weightOf[c] ?? 0) * (logs[c] ?? 0)
      all += weightOf[label] ?? 0
    },
    value: () => {
      share = all === 0 ? 0 : weight / all
      return share * sum
    },
    addSlopes: (_, label, slopes) => {
      add(slopes, label, -share * sharp * (weightOf[label] ?? 0))
      if (smooth > 0) for (let c = 0; c < classes; c++) add(slopes, c, -share * smooth * (weightOf[c] ?? 0))
    },
  }
}

/** Of equal voxels the first ones count. A voxel that is ignored has no entropy, and counts among all of them, as nnU-Net has it. */
function topK({ weight, k }: Of<'topk'>, { labels }: Scored): VoxelTerm {
  const entropies = new Float64Array(labels.length)
  // Rounding of a share makes no voxel less.
  const count = Math.max(1, Math.floor(k * labels.length * (1 + 1e-12)))
  let least = 0
  let atLeast = 0
  return {
    take: (voxel, label, logs) => {
      entropies[voxel] = -(logs[label] ?? 0)
    },
    value: () => {
      const greatest = entropies.toSorted().subarray(entropies.length - count)
      least = greatest[0] ?? 0
      atLeast = greatest.filter((one) => one === least).length
      return (weight * greatest.reduce((sum, one) => sum + one, 0)) / count
    },
    addSlopes: (voxel, label, slopes) => {
      const entropy = entropies[voxel] ?? 0
      if (entropy < least || (entropy === least && atLeast-- <= 0)) return
      add(slopes, label, -weight / count)
    },
  }
}

function focal({ weight, gamma, alpha }: Of<'focal'>, { labels, classes, ignore }: Scored): VoxelTerm {
  const logOf = new Float64Array(labels.length)
  const balance = (label: number): number => (alpha === undefined ? 1 : label === 0 ? 1 - alpha : alpha)
  let [sum, taken] = [0, 0]
  let share = 0
  return {
    take: (voxel, label, logs) => {
      const log = logs[label] ?? 0
      logOf[voxel] = log
      sum -= balance(label) * (-Math.expm1(log)) ** gamma * log
      taken++
    },
    value: () => {
      // Where labels may be ignored MONAI divides by the voxels that are not, and not by the classes.
      share = weight / Math.max(1, ignore === undefined ? taken * classes : taken)
      return share * sum
    },
    addSlopes: (voxel, label, slopes) => {
      const log = logOf[voxel] ?? 0
      const miss = -Math.expm1(log)
      // γ p (1 - p)^(γ - 1) log p - (1 - p)^γ; log p / (1 - p) is -1 at p = 1.
      const ratio = miss === 0 ? -1 : log / miss
      add(slopes, label, share * balance(label) * miss ** gamma * (gamma * Math.exp(log) * ratio - 1))
    },
  }
}
