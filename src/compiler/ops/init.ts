// How parameters begin: the `init` attribute, and its resolution to distributions. Formulas are those of torch.nn.init.
import { isProblem, problem, type Problem } from '../diagnostics/diagnostic.ts'
import { attribute, unknownWord, wrongType, type Declared } from './attribute-kinds.ts'
import type { AttributeContext, AttributeSpec, Plain, Term } from './attrs.ts'
import type { Init, ParameterSpec } from './op.ts'
import { formatPlain, isTerm } from './words.ts'

/** The numbers each word takes, in order; `undefined` where it has to be given. */
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
  readonly named: Readonly<Record<string, number>>
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
    named: { type: 'object', additionalProperties: { type: 'number' } },
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

function readNumbers(place: WordPlace, term: Term): Readonly<Record<string, number>> | Problem {
  const takes: Readonly<Record<string, number | undefined>> = arguments_[place.word]
  const names = Object.keys(takes)
  if (term.positional.length > names.length) {
    const count = `${names.length} number${names.length === 1 ? '' : 's'}`
    return wordProblem(place, `takes ${count}, not ${term.positional.length}`)
  }
  const stray = Object.keys(term.named).find((name) => !names.includes(name))
  if (stray !== undefined) return wordProblem(place, `takes no argument \`${stray}\``)
  const numbers: Record<string, number> = {}
  for (const [at, name] of names.entries()) {
    const raw = term.positional[at] ?? (Object.hasOwn(term.named, name) ? term.named[name] : takes[name])
    if (raw === undefined) return wordProblem(place, `needs \`${name}\``)
    if (typeof raw !== 'number' || !Number.isFinite(raw))
      return wordProblem(place, `needs a number for \`${name}\`, not ${formatPlain(raw)}`)
    numbers[name] = raw
  }
  return numbers
}

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

/** What a weight begins as. `torch` is the default of PyTorch's layers, kaiming_uniform(a = √5): bound 1/√fan_in. */
export function weightInit({ word, named }: InitTerm, shape: readonly number[]): Init {
  const { fanIn, fanOut } = fans(shape)
  const number = (name: string): number => named[name] ?? 0
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
      return constantInit(number('value'))
    case 'zeros':
      return constantInit(0)
    case 'ones':
      return constantInit(1)
  }
}

export function constantInit(value: number): Init {
  return { kind: 'constant', value }
}

/** A trained parameter that begins at one value. */
export function constantParameter(name: string, shape: readonly number[], value: number): ParameterSpec {
  return { name, shape, init: constantInit(value), buffer: false }
}

export interface Weighted {
  readonly init: InitTerm
  readonly bias: boolean
}

/** `weight`, and `bias` where asked for: PyTorch's uniform 1/√fan_in under `torch`, else zero. */
export function weightAndBias(
  { init, bias }: Weighted,
  shape: readonly number[],
  outputs: number,
): readonly ParameterSpec[] {
  const weight = { name: 'weight', shape, init: weightInit(init, shape), buffer: false }
  if (!bias) return [weight]
  const biasInit = init.word === 'torch' ? weight.init : constantInit(0)
  return [weight, { name: 'bias', shape: [outputs], init: biasInit, buffer: false }]
}

/** Affine part of a normalisation: `weight` one and `bias` zero, per channel. */
export function affineParameters(affine: boolean, channels: number): readonly ParameterSpec[] {
  return affine ? [constantParameter('weight', [channels], 1), constantParameter('bias', [channels], 0)] : []
}
