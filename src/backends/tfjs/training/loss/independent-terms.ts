// Losses that are means over voxels and channels, of sigmoid probabilities:
//
// - binary cross-entropy: torch.nn.BCEWithLogitsLoss;
// - focal: `-a (1 - q)^γ log q`, where `q` is p in the region and 1 - p outside of it, `a` being α in it, 1 - α outside, or 1 (Lin et al., ICCV
//   2017, and Project-MONAI/MONAI: FocalLoss).
//
// Where labels may be ignored, nnU-Net (DC_and_BCE_loss) and MONAI divide the sum over voxels and channels by the voxels that are not.
import type { LossTerm } from '../../../../compiler/semantics/declarations/losses.ts'
import type { Scored } from './scored.ts'

export interface ChannelTerm {
  /** Of each channel of each voxel that is not ignored. */
  take(logit: number, isIn: boolean): void
  endVoxel(): void
  /** Once all are taken. */
  value(): number
  /** By the logit; after `value`. */
  slope(logit: number, isIn: boolean): number
}

export function openTerms(terms: readonly LossTerm[], scored: Scored): readonly ChannelTerm[] {
  return terms.flatMap((term) => {
    switch (term.loss) {
      case 'bce':
        return [mean(term.weight, scored, binaryEntropy)]
      case 'focal':
        return [mean(term.weight, scored, focal(term))]
      case 'dice':
      case 'tversky':
        return []
      case 'cross_entropy':
      case 'topk':
        throw new Error(`${term.loss} takes a softmax`)
    }
  })
}

interface ChannelLoss {
  value(logit: number, isIn: boolean): number
  slope(logit: number, isIn: boolean): number
}

function mean(weight: number, { classes, ignore }: Scored, loss: ChannelLoss): ChannelTerm {
  let [sum, taken] = [0, 0]
  let share = 0
  return {
    take: (logit, isIn) => {
      sum += loss.value(logit, isIn)
    },
    endVoxel: () => {
      taken++
    },
    value: () => {
      share = weight / Math.max(1, ignore === undefined ? taken * classes : taken)
      return share * sum
    },
    slope: (logit, isIn) => share * loss.slope(logit, isIn),
  }
}

/** -log of the sigmoid, without overflow. */
const surprise = (logit: number): number => Math.max(0, -logit) + Math.log1p(Math.exp(-Math.abs(logit)))
/** 1 - sigmoid, exact also where it is small. */
const miss = (logit: number): number => 1 / (1 + Math.exp(logit))

const binaryEntropy: ChannelLoss = {
  value: (logit, isIn) => surprise(isIn ? logit : -logit),
  slope: (logit, isIn) => (isIn ? -miss(logit) : miss(-logit)),
}

function focal({ gamma, alpha }: Extract<LossTerm, { loss: 'focal' }>): ChannelLoss {
  const balance = (isIn: boolean): number => (alpha === undefined ? 1 : isIn ? alpha : 1 - alpha)
  return {
    value: (logit, isIn) => {
      const right = isIn ? logit : -logit
      return balance(isIn) * miss(right) ** gamma * surprise(right)
    },
    slope: (logit, isIn) => {
      const right = isIn ? logit : -logit
      // By `right`: -a (1 - q)^γ (γ q · -log q + 1 - q).
      const rise = gamma * (1 - miss(right)) * surprise(right) + miss(right)
      const down = balance(isIn) * miss(right) ** gamma * rise
      return isIn ? -down : down
    },
  }
}
