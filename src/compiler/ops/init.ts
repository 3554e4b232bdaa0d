// How parameters begin: the `init` attribute, and its resolution to distributions. Formulas are those of torch.nn.init.
import { isProblem, problem, type Problem } from '../diagnostics/diagnostic.ts'
import { attribute, unknownWord, wrongType, type Declared } from './attribute-kinds.ts'
import type { AttributeContext, AttributeSpec, Plain, Term } from './attrs.ts'
import { extentsIn, numbersIn, readNumbers as readTable, type Numbers } from './nested-lists.ts'
import type { Init, ParameterSpec } from './op.ts'
import { formatPlain, isList, isTerm } from './words.ts'

/** The numbers each word takes, in order; `undefined` where it has to be given. `constant` takes lists of them as well. */
const arguments_ = {
  torch: {},
  zeros: {},
  ones: {},
  constant: { value: undefined },
  normal: { std: undefined },
  trunc_normal: { std: undefined },
  uniform: { bound: undefined },
  he: { slope: 0 },
  xavier: { gain: 1 },
} as const satisfies Record<string, Readonly<Record<string, number | undefined>>>

export type InitWord = keyof typeof arguments_

/** An initialiser with all its numbers, by name. */
export interface InitTerm extends Term {
  readonly word: InitWord
  readonly positional: readonly []
  readonly named: Readonly<Record<string, Numbers>>
}

const allWords = Object.keys(arguments_) as InitWord[]
/** Initialisers that need no fan. */
export const tableInits: readonly InitWord[] = [
  'zeros',
  'ones',
  'constant',
  'normal',
  'trunc_normal',
  'uniform',
]

/** Those, and PyTorch's own for a bias. */
const biasInits: readonly InitWord[] = ['torch', ...tableInits]

const bareTerms: Readonly<Record<string, InitTerm>> = Object.fromEntries(
  (['torch', 'zeros', 'ones'] as const).map((word) => [
    word,
    { kind: 'term', word, positional: [], named: {} },
  ]),
)

const schema = (words: readonly InitWord[]): object => ({
  type: 'object',
  properties: {
    kind: { const: 'term' },
    word: { enum: words },
    positional: { type: 'array', maxItems: 0 },
    named: { type: 'object', additionalProperties: { anyOf: [{ type: 'number' }, { type: 'array' }] } },
  },
  required: ['kind', 'word', 'positional', 'named'],
  additionalProperties: false,
})

/** How a word and its numbers are written: `he(slope = 0)`, `normal(std)`. */
export function initSignature(word: InitWord): string {
  const takes = Object.entries<number | undefined>(arguments_[word])
  const each = takes.map(([name, value]) => (value === undefined ? name : `${name} = ${value}`))
  return each.length === 0 ? word : `${word}(${each.join(', ')})`
}

export function init(declared: Declared, words: readonly InitWord[] = allWords): AttributeSpec<InitTerm> {
  const kind = { type: `one of ${words.map(initSignature).join(', ')}`, schema: schema(words), words }
  return attribute(declared, kind, (raw, context) => {
    const bare = typeof raw === 'string' ? bareTerms[raw] : undefined
    if (bare !== undefined && words.includes(bare.word)) return bare
    return readTerm(raw, context, words)
  })
}

function readTerm(raw: Plain, context: AttributeContext, words: readonly InitWord[]): InitTerm | Problem {
  const term = typeof raw === 'string' ? { word: raw, positional: [], named: {} } : raw
  if (typeof term !== 'object' || !('word' in term))
    return wrongType(raw, context, 'an initialiser such as he or normal(0.02)')
  const word = words.find((one) => one === term.word)
  if (word === undefined) return unknownWord(term.word, context, words)
  const named = readNumbers(
    { word, context },
    isTerm(raw) ? raw : { kind: 'term', word, positional: [], named: {} },
  )
  return isProblem(named) ? named : { kind: 'term', word, positional: [], named }
}

interface WordPlace {
  readonly word: InitWord
  readonly context: AttributeContext
}

function readNumbers(place: WordPlace, term: Term): Readonly<Record<string, Numbers>> | Problem {
  const takes: Readonly<Record<string, number | undefined>> = arguments_[place.word]
  const names = Object.keys(takes)
  if (term.positional.length > names.length) {
    const count = `${names.length} number${names.length === 1 ? '' : 's'}`
    return wordProblem(place, `takes ${count}, not ${term.positional.length}`)
  }
  const stray = Object.keys(term.named).find((name) => !names.includes(name))
  if (stray !== undefined) return wordProblem(place, `takes no argument \`${stray}\``)
  const numbers: Record<string, Numbers> = {}
  for (const [at, name] of names.entries()) {
    const raw = term.positional[at] ?? (Object.hasOwn(term.named, name) ? term.named[name] : takes[name])
    if (raw === undefined) return wordProblem(place, `needs \`${name}\``)
    const read =
      place.word === 'constant' && isList(raw) ? readValues(raw, place) : readNumber(raw, name, place)
    if (isProblem(read)) return read
    numbers[name] = read
  }
  return numbers
}

function readNumber(raw: Plain, name: string, place: WordPlace): number | Problem {
  return typeof raw === 'number' && Number.isFinite(raw)
    ? raw
    : wordProblem(place, `needs a number for \`${name}\`, not ${formatPlain(raw)}`)
}

const readValues = (raw: Plain, place: WordPlace): Numbers | Problem =>
  readTable(raw, place.context, 'lists of equal lengths of numbers', (one) => readNumber(one, 'value', place))

function wordProblem({ word, context }: WordPlace, text: string): Problem {
  const { operator, attribute } = context
  return problem('word-arguments', {
    operator,
    attribute,
    word,
    takes: Object.keys(arguments_[word]),
    problem: text,
  })
}

/** `torch.nn.init._calculate_fan_in_and_fan_out`: the receptive field counts to both. */
function fans(shape: readonly number[]): { readonly fanIn: number; readonly fanOut: number } {
  const field = shape.slice(2).reduce((product, extent) => product * extent, 1)
  return { fanIn: (shape[1] ?? 1) * field, fanOut: (shape[0] ?? 1) * field }
}

/** Of which operator's argument an initialiser was given. */
interface InitPlace {
  readonly operator: string
  readonly attribute: string
}

/**
 * What a parameter begins as. `torch` is the default of PyTorch's layers, kaiming_uniform(a = √5): bound 1/√fan_in, of the weight's fan for a
 * bias as well. A problem where `constant` has a list of other extents.
 */
export function initOf(
  { word, named }: InitTerm,
  shape: readonly number[],
  place: InitPlace,
  weightShape: readonly number[] = shape,
): Init | Problem {
  const { fanIn, fanOut } = fans(weightShape)
  const number = (name: string): number => (typeof named[name] === 'number' ? named[name] : 0)
  switch (word) {
    case 'torch':
      return { kind: 'uniform', bound: 1 / Math.sqrt(fanIn) }
    case 'he':
      return { kind: 'normal', std: Math.sqrt(2 / (1 + number('slope') ** 2) / fanIn), truncated: false }
    case 'xavier':
      return { kind: 'uniform', bound: number('gain') * Math.sqrt(6 / (fanIn + fanOut)) }
    case 'normal':
    case 'trunc_normal':
      return { kind: 'normal', std: number('std'), truncated: word === 'trunc_normal' }
    case 'uniform':
      return { kind: 'uniform', bound: number('bound') }
    case 'constant':
      return constantOf(named['value'] ?? 0, shape, place)
    case 'zeros':
      return constantInit(0)
    case 'ones':
      return constantInit(1)
  }
}

function constantOf(value: Numbers, shape: readonly number[], place: InitPlace): Init | Problem {
  if (typeof value === 'number') return constantInit(value)
  const [given, needed] = [extentsIn(value).join('×'), shape.join('×')]
  if (given !== needed) return problem('init-shape', { ...place, given, needed })
  return { kind: 'values', values: numbersIn(value) }
}

export function constantInit(value: number): Init {
  return { kind: 'constant', value }
}

/** A trained parameter that begins at one value. */
export function constantParameter(name: string, shape: readonly number[], value: number): ParameterSpec {
  return { name, shape, init: constantInit(value), buffer: false }
}

export interface Weighted {
  readonly bias: boolean
  readonly init: InitTerm
  readonly bias_init?: InitTerm
}

/** How the bias of a layer with weights begins. */
export const biasInit = (): AttributeSpec<InitTerm> =>
  init(
    {
      implied: 'torch | zeros',
      doc: 'How the bias begins; where it is not given, as PyTorch begins it (uniform, ±1/√fan_in) with `init = torch`, else at zero.',
    },
    biasInits,
  )

/** `weight`, and `bias` where asked for: PyTorch's uniform 1/√fan_in under `torch`, else zero, unless `bias_init` is given. */
export function weightAndBias(
  operator: string,
  { init, bias, bias_init }: Weighted,
  shape: readonly number[],
  outputs: number,
): readonly ParameterSpec[] | Problem {
  if (!bias && bias_init !== undefined)
    return problem('init-of-nothing', { operator, attribute: 'bias_init', switch: 'bias' })
  const weight = initOf(init, shape, { operator, attribute: 'init' })
  if (isProblem(weight)) return weight
  const specs = [{ name: 'weight', shape, init: weight, buffer: false }]
  if (!bias) return specs
  const begun =
    bias_init === undefined
      ? init.word === 'torch'
        ? weight
        : constantInit(0)
      : initOf(bias_init, [outputs], { operator, attribute: 'bias_init' }, shape)
  return isProblem(begun) ? begun : [...specs, { name: 'bias', shape: [outputs], init: begun, buffer: false }]
}

export type Affine = {
  readonly affine: boolean
  readonly init?: InitTerm
  readonly bias_init?: InitTerm
}

/** How scale and shift of a norm begin. */
export const affineInits = {
  init: init(
    {
      implied: 'ones',
      doc: 'How the scale begins; `zeros` on the last norm of a residual makes it the identity at first.',
    },
    tableInits,
  ),
  bias_init: init({ implied: 'zeros', doc: 'How the shift begins.' }, tableInits),
}

/** Affine part of a normalisation, per channel: `weight` one and `bias` zero unless their initialisers are given. */
export function affineParameters(
  operator: string,
  { affine, init, bias_init }: Affine,
  channels: number,
): readonly ParameterSpec[] | Problem {
  const given = { init, bias_init }
  const idle = affine ? undefined : (['init', 'bias_init'] as const).find((name) => given[name] !== undefined)
  if (idle !== undefined) return problem('init-of-nothing', { operator, attribute: idle, switch: 'affine' })
  if (!affine) return []
  const shape = [channels]
  const weight = init === undefined ? constantInit(1) : initOf(init, shape, { operator, attribute: 'init' })
  const bias =
    bias_init === undefined ? constantInit(0) : initOf(bias_init, shape, { operator, attribute: 'bias_init' })
  if (isProblem(weight)) return weight
  if (isProblem(bias)) return bias
  return [
    { name: 'weight', shape, init: weight, buffer: false },
    { name: 'bias', shape, init: bias, buffer: false },
  ]
}
