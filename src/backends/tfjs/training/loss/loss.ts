// The loss of one output with its gradient in closed form, on plain arrays: sums are in double precision, no backend's kernels matter, and
// little but the gradient takes memory.
import type { LossTerm } from '../../../../compiler/semantics/declarations/losses.ts'
import { exclusiveLoss } from './exclusive.ts'
import { independentLoss } from './independent.ts'
import type { Loss, Scored } from './scored.ts'

/**
 * The weighted sum of the terms. Probabilities are those of a softmax, or with regions of a sigmoid for each channel; voxels to ignore are
 * left out of every sum. A term is, in the words of where it is public:
 *
 * - `dice`, `tversky`: see `overlap.ts`;
 * - `cross_entropy`, `topk`, `focal` by a softmax: see `exclusive-terms.ts`;
 * - `bce`, `focal` by a sigmoid: see `independent-terms.ts`.
 */
export const segmentationLoss = (scored: Scored, terms: readonly LossTerm[]): Loss =>
  scored.regions === undefined ? exclusiveLoss(scored, terms) : independentLoss(scored, scored.regions, terms)
