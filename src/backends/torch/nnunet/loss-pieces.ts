// What the terms of a loss are in Python: a module that `Loss` holds, or a call of a function beside it.
import type { LossActivation, LossTerm } from '../../../compiler/semantics/declarations/losses.ts'
import { atom, call, literalText, named, type Item, type Python } from '../python.ts'
import type { LossHelper } from './loss-helpers.ts'

/** One term. */
export interface Piece {
  /** The module that computes it; a function needs none. */
  readonly module?: Python
  /** Of `logits`, `target` and `mask`; entropies take `labels`, where those to ignore are still in place. */
  readonly value: Python
  readonly imports?: readonly string[]
  readonly helpers?: readonly LossHelper[]
}

const dice = 'from nnunetv2.training.loss.dice import MemoryEfficientSoftDiceLoss'
const entropy = 'from nnunetv2.training.loss.robust_ce_loss import RobustCrossEntropyLoss'
const topk = 'from nnunetv2.training.loss.robust_ce_loss import TopKLoss'
const gather = 'from nnunetv2.utilities.ddp_allgather import AllGatherGrad'
const softmax = 'from nnunetv2.utilities.helpers import softmax_helper_dim1'

const flag = (value: boolean): Python => atom(value ? 'True' : 'False')
const number = (value: number): Python => atom(literalText(value))
const [logits, target, labels] = [atom('logits'), atom('target'), atom('labels')]
const mask: Item = named('mask', atom('mask'))
const ddp: Item = named('ddp', atom('ddp'))
const ignored: Item = named('ignore_index', atom('ignored'))

/** The term in a loss that makes probabilities so; `own` is its module. */
export function pieceOf(term: LossTerm, activation: LossActivation, own: Python): Piece {
  switch (term.loss) {
    case 'dice':
      return dicePiece(term, activation, own)
    case 'tversky':
      return tverskyPiece(term, activation, own)
    case 'cross_entropy':
      return entropyPiece(term, own)
    case 'topk':
      return {
        module: call('TopKLoss', named('k', number(term.k * 100)), ignored),
        value: call(own, logits, labels),
        imports: [topk],
      }
    case 'focal':
      return focalPiece(term, activation)
    case 'bce':
      return {
        value: call('binary_cross_entropy', logits, target, mask),
        helpers: ['voxelMean', 'binaryCrossEntropy'],
      }
  }
}

type Of<L extends LossTerm['loss']> = Extract<LossTerm, { loss: L }>

function dicePiece({ batch }: Of<'dice'>, activation: LossActivation, own: Python): Piece {
  const bySoftmax = activation === 'softmax'
  return {
    module: call(
      'MemoryEfficientSoftDiceLoss',
      named('apply_nonlin', atom(bySoftmax ? 'softmax_helper_dim1' : 'torch.sigmoid')),
      named('batch_dice', flag(batch)),
      named('do_bg', flag(!bySoftmax)),
      named('smooth', atom('1e-5')),
      ddp,
    ),
    value: call(own, logits, target, named('loss_mask', atom('mask'))),
    imports: bySoftmax ? [dice, softmax] : [dice],
  }
}

function tverskyPiece({ alpha, beta, batch }: Of<'tversky'>, activation: LossActivation, own: Python): Piece {
  return {
    module: call(
      'Tversky',
      named('alpha', number(alpha)),
      named('beta', number(beta)),
      named('batch', flag(batch)),
      ddp,
    ),
    value: call(own, logits, target, mask),
    imports: [gather],
    helpers: [activation === 'softmax' ? 'tverskyBySoftmax' : 'tverskyBySigmoid'],
  }
}

function entropyPiece({ weights, labelSmoothing }: Of<'cross_entropy'>, own: Python): Piece {
  // A tensor of whole numbers would not be one of floats.
  const floats = weights?.map((one) => (Number.isInteger(one) ? `${one}.0` : literalText(one)))
  const weight = floats === undefined ? [] : [named('weight', atom(`torch.tensor([${floats.join(', ')}])`))]
  const smoothing = labelSmoothing === undefined ? [] : [named('label_smoothing', number(labelSmoothing))]
  return {
    module: call('RobustCrossEntropyLoss', ...weight, ignored, ...smoothing),
    value: call(own, logits, labels),
    imports: [entropy],
  }
}

function focalPiece({ gamma, alpha }: Of<'focal'>, activation: LossActivation): Piece {
  const balance = alpha === undefined ? [] : [named('alpha', number(alpha))]
  return {
    value: call('focal', logits, target, mask, named('gamma', number(gamma)), ...balance),
    helpers: ['voxelMean', activation === 'softmax' ? 'focalBySoftmax' : 'focalBySigmoid'],
  }
}
