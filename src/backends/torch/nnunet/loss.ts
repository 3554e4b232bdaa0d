// The loss of a recipe as Python: nnU-Net's own classes where it has them, the few lines of what it lacks otherwise.
import {
  activationOf,
  type LossActivation,
  type LossTerm,
} from '../../../compiler/semantics/declarations/losses.ts'
import { atom, layout, literalText } from '../python.ts'
import { lossHelperNames, lossHelpers } from './loss-helpers.ts'
import { pieceOf, type Piece } from './loss-pieces.ts'

export interface LossText {
  /** `from … import …`, in order. */
  readonly imports: readonly string[]
  /** Definitions, the class `Loss` last; without blank lines around them. */
  readonly definitions: readonly string[]
}

/** A piece, what it is called, and the weight of its term. */
interface Named extends Piece {
  readonly name: string
  readonly weight: number
}

/** The class `Loss`; `scale` is what the whole is multiplied with. */
export function lossText(terms: readonly LossTerm[], scale: number): LossText {
  const activation = activationOf(terms)
  const pieces = terms.map((term, k): Named => {
    const name = nameOf(term, terms, k)
    return { ...pieceOf(term, activation, atom(`self.${name}`)), name, weight: term.weight * scale }
  })
  const used = new Set(pieces.flatMap(({ helpers = [] }) => helpers))
  return {
    imports: importsOf(pieces.flatMap(({ imports = [] }) => imports)),
    definitions: [
      ...lossHelperNames.filter((name) => used.has(name)).map((name) => lossHelpers[name]),
      classText(terms, pieces, activation),
    ],
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

// ---------------------------------------------------------------- the class

const body = ' '.repeat(8)

function classText(terms: readonly LossTerm[], pieces: readonly Named[], activation: LossActivation): string {
  const made = pieces.filter(({ module }) => module !== undefined)
  const isEntropy = terms.some(({ loss }) => loss === 'cross_entropy' || loss === 'topk')
  return [
    'class Loss(nn.Module):',
    `    """${formula(terms, pieces)}, of logits by a ${activation}.`,
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
    ...sumLines(pieces),
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

function sumLines(pieces: readonly Named[]): readonly string[] {
  const [only, ...more] = pieces
  if (only !== undefined && more.length === 0) return layout(only.value, 8, `return ${factorText(only)}`)
  // `focal` is a function beside the class.
  const variable = ({ name }: Named): string => (name === 'focal' ? 'focal_' : name)
  return [
    ...pieces.flatMap((one) => layout(one.value, 8, `${variable(one)} = ${factorText(one)}`)),
    `${body}return ${pieces.map(variable).join(' + ')}`,
  ]
}

const factorText = ({ weight }: Named): string => (weight === 1 ? '' : `${literalText(weight)} * `)

/** The loss as the spec writes it. */
function formula(terms: readonly LossTerm[], pieces: readonly Named[]): string {
  const texts = terms.map((term, k) => {
    const { loss } = term
    const details = [
      ...(loss === 'tversky' ? [`alpha = ${term.alpha}`, `beta = ${term.beta}`] : []),
      ...(loss === 'focal' ? [`gamma = ${term.gamma}`] : []),
      ...(loss === 'topk' ? [`k = ${term.k}`] : []),
      ...(term.batch ? ['batch = true'] : []),
    ]
    const weight = pieces[k]?.weight ?? 1
    return `${weight === 1 ? '' : `${weight} * `}${loss}${details.length === 0 ? '' : `(${details.join(', ')})`}`
  })
  return texts.join(' + ')
}
