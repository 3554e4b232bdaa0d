// The loss of a recipe as Python: nnU-Net's own classes where it has them, the few lines of what it lacks otherwise.
import { activationOf, type LossTerm } from '../../../compiler/semantics/declarations/losses.ts'
import { atom, call, layout, literalText, named, type Item, type Python } from '../python.ts'

export interface LossText {
  /** `from … import …`, in order. */
  readonly imports: readonly string[]
  /** Whether it says `F.`, for `torch.nn.functional`. */
  readonly hasFunctional: boolean
  /** Definitions, the class `Loss` last; without blank lines around them. */
  readonly definitions: readonly string[]
}

type Activation = ReturnType<typeof activationOf>

/** What one term is made of. */
interface Piece {
  /** What it is called in `Loss`. */
  readonly name: string
  readonly weight: number
  /** The module that computes it; a function needs none. */
  readonly module: Python | undefined
  readonly value: Python
  readonly imports: readonly string[]
  readonly helpers: readonly HelperName[]
}

const dice = 'from nnunetv2.training.loss.dice import MemoryEfficientSoftDiceLoss'
const entropy = 'from nnunetv2.training.loss.robust_ce_loss import RobustCrossEntropyLoss'
const topk = 'from nnunetv2.training.loss.robust_ce_loss import TopKLoss'
const gather = 'from nnunetv2.utilities.ddp_allgather import AllGatherGrad'
const softmax = 'from nnunetv2.utilities.helpers import softmax_helper_dim1'

/** The class `Loss`; `scale` is what the whole is multiplied with. */
export function lossText(terms: readonly LossTerm[], scale: number): LossText {
  const activation = activationOf(terms)
  const pieces = terms.map((term, k) => pieceOf(term, activation, nameOf(term, terms, k)))
  const used = new Set(pieces.flatMap(({ helpers }) => helpers))
  const definitions = [
    ...helperNames.filter((name) => used.has(name)).map((name) => helpers[name]),
    classText(terms, pieces, activation, scale),
  ]
  return {
    imports: importsOf(pieces.flatMap((one) => one.imports)),
    hasFunctional: definitions.some((one) => /\bF\./.test(one)),
    definitions,
  }
}

/** One line for each module, with all that is taken from it. */
function importsOf(lines: readonly string[]): readonly string[] {
  const byModule = new Map<string, Set<string>>()
  for (const line of lines) {
    const [head = '', name = ''] = line.split(' import ')
    byModule.set(head, (byModule.get(head) ?? new Set()).add(name))
  }
  const inOrder = [...byModule].sort(([a], [b]) => (a < b ? -1 : 1))
  return inOrder.map(([head, names]) => `${head} import ${[...names].sort().join(', ')}`)
}

/** `dice`; `dice2` where there is another one. */
function nameOf({ loss }: LossTerm, terms: readonly LossTerm[], k: number): string {
  const before = terms.slice(0, k).filter((one) => one.loss === loss).length
  return before === 0 ? loss : `${loss}${before + 1}`
}

const flag = (value: boolean): Python => atom(value ? 'True' : 'False')
const number = (value: number): Python => atom(literalText(value))
const mask: Item = named('mask', atom('mask'))

function pieceOf(term: LossTerm, activation: Activation, name: string): Piece {
  const { weight } = term
  const own = atom(`self.${name}`)
  const plain = { name, weight, imports: [], helpers: [], module: undefined }
  switch (term.loss) {
    case 'dice':
      return {
        ...plain,
        module: call(
          'MemoryEfficientSoftDiceLoss',
          named('apply_nonlin', atom(activation === 'softmax' ? 'softmax_helper_dim1' : 'torch.sigmoid')),
          named('batch_dice', flag(term.batch)),
          named('do_bg', flag(activation === 'sigmoid')),
          named('smooth', atom('1e-5')),
          named('ddp', atom('ddp')),
        ),
        value: call(own, atom('logits'), atom('target'), named('loss_mask', atom('mask'))),
        imports: activation === 'softmax' ? [dice, softmax] : [dice],
      }
    case 'tversky':
      return {
        ...plain,
        module: call(
          'Tversky',
          named('alpha', number(term.alpha)),
          named('beta', number(term.beta)),
          named('batch', flag(term.batch)),
          named('ddp', atom('ddp')),
        ),
        value: call(own, atom('logits'), atom('target'), mask),
        imports: [gather],
        helpers: [activation === 'softmax' ? 'tverskyBySoftmax' : 'tverskyBySigmoid'],
      }
    case 'cross_entropy': {
      const { weights, labelSmoothing } = term
      return {
        ...plain,
        module: call(
          'RobustCrossEntropyLoss',
          ...(weights === undefined ? [] : [named('weight', atom(`torch.tensor([${weights.join(', ')}])`))]),
          named('ignore_index', atom('ignored')),
          ...(labelSmoothing === undefined ? [] : [named('label_smoothing', number(labelSmoothing))]),
        ),
        value: call(own, atom('logits'), atom('labels')),
        imports: [entropy],
      }
    }
    case 'topk':
      return {
        ...plain,
        module: call('TopKLoss', named('k', number(term.k * 100)), named('ignore_index', atom('ignored'))),
        value: call(own, atom('logits'), atom('labels')),
        imports: [topk],
      }
    case 'focal':
      return {
        ...plain,
        value: call(
          'focal',
          atom('logits'),
          atom('target'),
          atom('mask'),
          named('gamma', number(term.gamma)),
          ...(term.alpha === undefined ? [] : [named('alpha', number(term.alpha))]),
        ),
        helpers: ['voxelMean', activation === 'softmax' ? 'focalBySoftmax' : 'focalBySigmoid'],
      }
    case 'bce':
      return {
        ...plain,
        value: call('binary_cross_entropy', atom('logits'), atom('target'), atom('mask')),
        helpers: ['voxelMean', 'binaryCrossEntropy'],
      }
  }
}

// ---------------------------------------------------------------- the class

const body = ' '.repeat(8)

function classText(
  terms: readonly LossTerm[],
  pieces: readonly Piece[],
  activation: Activation,
  scale: number,
): string {
  const made = pieces.filter(({ module }) => module !== undefined)
  const isEntropy = terms.some(({ loss }) => loss === 'cross_entropy' || loss === 'topk')
  return [
    'class Loss(nn.Module):',
    `    """${formula(terms, scale)}, of logits by a ${activation}.`,
    '',
    ...(activation === 'softmax'
      ? ['    Targets are labels [N, 1, ...]; voxels of the label to ignore count nowhere.']
      : [
          '    Targets are regions [N, R, ...] of 0 and 1, and behind them, where there is a label',
          '    to ignore, the voxels that have it: they count nowhere.',
        ]),
    '    """',
    '',
    '    def __init__(self, ignore_label: int | None, ddp: bool) -> None:',
    `${body}super().__init__()`,
    `${body}self.ignore_label = ignore_label`,
    ...(isEntropy ? [`${body}ignored = -100 if ignore_label is None else ignore_label`] : []),
    ...made.flatMap(({ name, module }) => layout(module ?? atom(''), 8, `self.${name} = `)),
    '',
    '    def forward(self, logits: Tensor, target: Tensor) -> Tensor:',
    ...(activation === 'softmax' ? softmaxTargets(isEntropy) : sigmoidTargets),
    ...sumLines(pieces, scale),
  ].join('\n')
}

/** Where every voxel is to be ignored a mean over none is no number: the loss is 0. */
const softmaxTargets = (isEntropy: boolean): readonly string[] => [
  `${body}mask = None`,
  ...(isEntropy ? [`${body}labels = target`] : []),
  `${body}if self.ignore_label is not None:`,
  `${body}    mask = target != self.ignore_label`,
  `${body}    if not mask.any():`,
  `${body}        return 0 * logits.sum()`,
  `${body}    target = torch.where(mask, target, 0)`,
]

const sigmoidTargets: readonly string[] = [
  `${body}mask = None`,
  `${body}if self.ignore_label is not None:`,
  `${body}    mask = ~target[:, -1:].bool()`,
  `${body}    target = target[:, :-1]`,
]

function sumLines(pieces: readonly Piece[], scale: number): readonly string[] {
  const weighted = pieces.map(({ value, weight }) => ({ value, factor: weight * scale }))
  const [only] = weighted
  const product = ({ value, factor }: (typeof weighted)[number]): { prefix: string; value: Python } => ({
    prefix: factor === 1 ? '' : `${literalText(factor)} * `,
    value,
  })
  if (weighted.length === 1 && only !== undefined) {
    const { prefix, value } = product(only)
    return layout(value, 8, `return ${prefix}`)
  }
  const names = pieces.map(({ name }) => (name === 'focal' ? 'focal_' : name))
  return [
    ...weighted.flatMap((one, k) => {
      const { prefix, value } = product(one)
      return layout(value, 8, `${names[k]} = ${prefix}`)
    }),
    `${body}return ${names.join(' + ')}`,
  ]
}

/** The loss as the spec writes it. */
function formula(terms: readonly LossTerm[], scale: number): string {
  const texts = terms.map((term) => {
    const { loss, weight } = term
    const details = [
      ...(loss === 'tversky' ? [`alpha = ${term.alpha}`, `beta = ${term.beta}`] : []),
      ...(loss === 'focal' ? [`gamma = ${term.gamma}`] : []),
      ...(loss === 'topk' ? [`k = ${term.k}`] : []),
      ...(term.batch ? ['batch = true'] : []),
    ]
    const factor = weight * scale === 1 ? '' : `${weight * scale} * `
    return `${factor}${loss}${details.length === 0 ? '' : `(${details.join(', ')})`}`
  })
  return texts.join(' + ')
}

// ---------------------------------------------------------------- what nnU-Net lacks

const helpers = {
  voxelMean: `def voxel_mean(values: Tensor, mask: Tensor | None) -> Tensor:
    """The mean; where voxels are to be ignored, the sum over those that are not."""
    if mask is None:
        return values.mean()
    return (values * mask).sum() / mask.sum().clamp_min(1)`,
  binaryCrossEntropy: `def binary_cross_entropy(
    logits: Tensor, target: Tensor, mask: Tensor | None
) -> Tensor:
    losses = F.binary_cross_entropy_with_logits(
        logits, target.to(logits.dtype), reduction="none"
    )
    return voxel_mean(losses, mask)`,
  focalBySoftmax: `def focal(
    logits: Tensor,
    labels: Tensor,
    mask: Tensor | None,
    gamma: float,
    alpha: float | None = None,
) -> Tensor:
    """Lin et al., ICCV 2017: -a (1 - p)^gamma log p of the label, over all classes.

    The foreground has a = alpha, the background 1 - alpha; without alpha it is 1.
    """
    labels = labels.long()
    logs = F.log_softmax(logits.float(), 1).gather(1, labels)
    losses = -((-torch.expm1(logs)) ** gamma) * logs
    if alpha is not None:
        losses = losses * torch.where(labels == 0, 1 - alpha, alpha)
    return voxel_mean(losses, mask) / (logits.shape[1] if mask is None else 1)`,
  focalBySigmoid: `def focal(
    logits: Tensor,
    regions: Tensor,
    mask: Tensor | None,
    gamma: float,
    alpha: float | None = None,
) -> Tensor:
    """Lin et al., ICCV 2017: -a (1 - q)^gamma log q, q the share given to the truth.

    In the region a = alpha, outside of it 1 - alpha; without alpha it is 1.
    """
    inside = regions.bool()
    right = torch.where(inside, logits, -logits).float()
    losses = -(torch.sigmoid(-right) ** gamma) * F.logsigmoid(right)
    if alpha is not None:
        losses = losses * torch.where(inside, alpha, 1 - alpha)
    return voxel_mean(losses, mask)`,
  tverskyBySoftmax: tversky(
    [
      '        p = logits.softmax(1)[:, 1:]',
      '        y = torch.zeros_like(logits).scatter_(1, target.long(), 1)[:, 1:]',
    ],
    'Salehi et al., MLMI 2017, of all classes but the background.',
  ),
  tverskyBySigmoid: tversky(
    ['        p = logits.sigmoid()', '        y = target.to(p.dtype)'],
    'Salehi et al., MLMI 2017, of all regions.',
  ),
} as const

type HelperName = keyof typeof helpers
const helperNames = Object.keys(helpers) as HelperName[]

function tversky(shares: readonly string[], doc: string): string {
  return [
    'class Tversky(nn.Module):',
    `    """${doc}"""`,
    '',
    '    def __init__(self, alpha: float, beta: float, batch: bool, ddp: bool) -> None:',
    '        super().__init__()',
    '        self.alpha, self.beta, self.batch, self.ddp = alpha, beta, batch, ddp',
    '',
    '    def forward(self, logits: Tensor, target: Tensor, mask: Tensor | None) -> Tensor:',
    ...shares,
    '        axes = tuple(range(2, logits.ndim))',
    '        weight = 1 if mask is None else mask',
    '        sums = [(one * weight).float().sum(axes) for one in (p * y, p, y)]',
    '        if self.batch:',
    '            sums = [self._all(one) for one in sums]',
    '        both, predicted, labelled = sums',
    '        missed = self.alpha * (predicted - both) + self.beta * (labelled - both)',
    '        return 1 - ((both + 1e-5) / (both + missed + 1e-5)).mean()',
    '',
    '    def _all(self, sums: Tensor) -> Tensor:',
    '        """Over the items of a batch, on all ranks."""',
    '        sums = AllGatherGrad.apply(sums).sum(0) if self.ddp else sums',
    '        return sums.sum(0)',
  ].join('\n')
}
