// `train` blocks: a recipe read against the vocabulary of losses, optimizers and schedules, checked against the network's outputs.
import { problem } from '../../diagnostics/diagnostic.ts'
import type { Graph } from '../../ir/graph.ts'
import type { EntryItem, Expr, ForClause, Setting, TrainDecl } from '../../syntax/ast.ts'
import type { Span } from '../../text/source.ts'
import { suggest } from '../../text/suggest.ts'
import { forEachBinding } from '../expressions/bindings.ts'
import { wholeNumber } from '../expressions/typed.ts'
import { evaluate } from '../values/evaluation.ts'
import { report } from '../values/session.ts'
import { showValue } from '../values/show.ts'
import type { Env, GivenArgument, Value } from '../values/values.ts'
import { augmentSetting, defaultAugmentation, type Augmentation } from './augment.ts'
import { warnOfActivatedOutputs } from './activated-outputs.ts'
import { declaredNetwork, givenArgument, type DeclaredNetwork } from './declared-network.ts'
import { activationOf, lossFits, lossForms, readLoss, type LossTerm } from './losses.ts'
import { elaborateNetwork } from './networks.ts'
import { preparationOf, preparationTable, type Preparation, type PreparationSettings } from './preparation.ts'
import { fieldsOf, termOf } from './recipe-terms.ts'
import { readSettings, type SettingDoc, type SettingSpec, type SettingTable } from './settings.ts'

/** A training recipe, every default filled in. Units: learning rates per step, momentum and decay as PyTorch's. */
export interface Recipe {
  readonly name: string
  readonly network: string
  readonly loss: readonly LossTerm[]
  /** The weight of each output's loss; outputs that are not named are not supervised. */
  readonly supervise: readonly { readonly output: string; readonly weight: number }[]
  readonly optimizer: Optimizer
  readonly schedule: Schedule
  /** While the learning rate rises from 0; absent for none. */
  readonly warmup?: Warmup
  /** How much of the average of the weights a step keeps; absent where none is kept. */
  readonly ema?: number
  /** Validation is by the average; absent for the weights themselves. */
  readonly validate?: 'ema'
  readonly batch: number
  /** Optimizer steps per epoch. */
  readonly steps: number
  readonly epochs: number
  /** Greatest gradient norm; absent for no clipping. */
  readonly clip?: number
  /** Share of patches that are centred on a voxel of a foreground class. */
  readonly foreground: number
  /** Empty for none. */
  readonly augment: readonly Augmentation[]
  readonly orientation: OrientationPolicy
  /** Said of cases whose spacings differ, so that nobody is warned. */
  readonly spacing?: 'as_stored'
  /** Absent: as they are stored, each normalised as a whole. */
  readonly prepare?: Preparation
}

/**
 * How volumes are turned so that all of a dataset lie alike: to the nearest canonical order where it is clear (`strict`), to the nearest
 * one however far off that is, or not at all.
 */
export const orientationPolicies = ['strict', 'nearest', 'as_stored'] as const
export type OrientationPolicy = (typeof orientationPolicies)[number]

export type Optimizer =
  | {
      readonly kind: 'sgd'
      readonly lr: number
      readonly momentum: number
      readonly nesterov: boolean
      readonly weightDecay: number
    }
  | {
      readonly kind: 'adam' | 'adamw'
      readonly lr: number
      readonly beta1: number
      readonly beta2: number
      readonly eps: number
      readonly weightDecay: number
    }

export type Schedule =
  | { readonly kind: 'constant' }
  | { readonly kind: 'poly'; readonly power: number }
  | { readonly kind: 'cosine'; readonly to: number }

export interface Warmup {
  readonly count: number
  readonly unit: 'steps' | 'epochs'
}

// ---------------------------------------------------------------- terms

function readOptimizer(value: Value): Optimizer | undefined {
  const term = termOf(value)
  if (term?.word === 'sgd') {
    const fields = fieldsOf(term, { lr: 1e-2, momentum: 0, nesterov: false, weight_decay: 0 })
    if (fields === undefined) return undefined
    const { lr, momentum, nesterov, weight_decay: weightDecay } = fields
    return { kind: 'sgd', lr, momentum, nesterov, weightDecay }
  }
  if (term?.word !== 'adam' && term?.word !== 'adamw') return undefined
  const fields = fieldsOf(term, {
    lr: 1e-3,
    beta1: 0.9,
    beta2: 0.999,
    eps: 1e-8,
    weight_decay: term.word === 'adamw' ? 1e-2 : 0,
  })
  if (fields === undefined) return undefined
  const { lr, beta1, beta2, eps, weight_decay: weightDecay } = fields
  return { kind: term.word, lr, beta1, beta2, eps, weightDecay }
}

function readSchedule(value: Value): Schedule | undefined {
  const term = termOf(value)
  if (term?.word === 'constant') return fieldsOf(term, {}) === undefined ? undefined : { kind: 'constant' }
  if (term?.word === 'poly') {
    const fields = fieldsOf(term, { power: 0.9 })
    return fields === undefined ? undefined : { kind: 'poly', power: fields.power }
  }
  if (term?.word !== 'cosine') return undefined
  const fields = fieldsOf(term, { to: 0 })
  return fields === undefined ? undefined : { kind: 'cosine', to: fields.to }
}

function readValidate(value: Value): 'ema' | 'last' | undefined {
  const term = termOf(value)
  if (term === undefined || fieldsOf(term, {}) === undefined) return undefined
  return term.word === 'ema' || term.word === 'last' ? term.word : undefined
}

function readOrientation(value: Value): OrientationPolicy | undefined {
  const term = termOf(value)
  if (term === undefined || fieldsOf(term, {}) === undefined) return undefined
  return orientationPolicies.find((policy) => policy === term.word)
}

// ---------------------------------------------------------------- settings

/** nnU-Net's. */
const defaultSteps = 250

const positive = (value: Value): number | undefined =>
  value.kind === 'int' && value.value > 0 ? value.value : undefined

interface RecipeSettings extends PreparationSettings {
  readonly optimizer: Optimizer
  readonly schedule: Schedule
  readonly warmup: Warmup
  readonly ema: number
  readonly validate: 'ema' | 'last'
  readonly batch: number
  readonly steps: number
  readonly epochs: number
  readonly clip: number
  readonly foreground: number
  readonly augment: readonly Augmentation[]
  readonly orientation: OrientationPolicy
}

const count: SettingSpec<number> = { words: [], expected: 'a positive int', read: positive }

const table: SettingTable<RecipeSettings> = {
  optimizer: {
    words: ['sgd', 'adam', 'adamw'],
    expected:
      'sgd(lr = 1e-2, momentum = 0, nesterov = false, weight_decay = 0), or adam or adamw(lr = 1e-3, beta1 = 0.9, beta2 = 0.999, eps = 1e-8, weight_decay = 0)',
    read: readOptimizer,
  },
  schedule: {
    words: ['poly', 'cosine', 'constant'],
    expected: 'poly(power = 0.9), cosine(to = 0) or constant',
    read: readSchedule,
  },
  warmup: {
    words: [],
    expected: 'a positive number of steps or epochs',
    units: ['steps', 'epochs'],
    read: (value, unit) => {
      const found = positive(value)
      return found === undefined ? undefined : { count: found, unit: unit === 'epochs' ? 'epochs' : 'steps' }
    },
  },
  ema: {
    words: [],
    expected: 'the share of the average that a step keeps, above 0 and below 1: 0.999',
    read: (value) => (value.kind === 'float' && value.value > 0 && value.value < 1 ? value.value : undefined),
  },
  validate: {
    words: ['ema', 'last'],
    expected: 'ema or last',
    read: readValidate,
  },
  batch: count,
  steps: count,
  epochs: count,
  clip: {
    words: [],
    expected: 'a positive number',
    read: (value) =>
      (value.kind === 'int' || value.kind === 'float') && value.value > 0 ? value.value : undefined,
  },
  foreground: {
    words: [],
    expected: 'a share of the patches, from 0 to 1',
    read: (value) =>
      (value.kind === 'int' || value.kind === 'float') && value.value >= 0 && value.value <= 1
        ? value.value
        : undefined,
  },
  augment: augmentSetting,
  orientation: {
    words: orientationPolicies,
    expected: 'strict, nearest or as_stored',
    read: readOrientation,
  },
  ...preparationTable,
}

/** Every setting of a recipe, with the words that it takes and what it takes besides. */
export const recipeSettings: Readonly<Record<string, SettingDoc>> = {
  loss: { words: Object.keys(lossForms), expected: Object.values(lossForms).join(', ') },
  supervise: { words: [], expected: 'weights of outputs: [logits: 1, ds[1]: 1/2]' },
  ...table,
}

/** A recipe and the network that it trains, with the arguments in place. */
export interface Training {
  readonly recipe: Recipe
  readonly graph: Graph
  /** Settings that the block has, by name; all else of the recipe is a default. */
  readonly stated: readonly string[]
}

/** The network of a `train` block; undefined after a report. */
export const networkOfRecipe = ({ network }: TrainDecl, env: Env): DeclaredNetwork | undefined =>
  declaredNetwork(network, env, 'train-needs-network')

/**
 * A `train` block: its network with its arguments, then the recipe against that network. `instead` are arguments from outside, which take
 * the place of the block's own. Undefined after a report.
 */
export function elaborateRecipe(
  declaration: TrainDecl,
  env: Env,
  instead: readonly GivenArgument[] = [],
): Training | undefined {
  const network = networkOfRecipe(declaration, env)
  if (network === undefined) return undefined
  const replaced = new Set(instead.map(({ name }) => name))
  const own = declaration.args.map((arg) => givenArgument(arg, network, env))
  const given = [...own.filter(({ name }) => name === undefined || !replaced.has(name)), ...instead]
  const graph = elaborateNetwork(network.declaration, given, network.env)
  const recipe = graph === undefined ? undefined : readRecipe(declaration, graph, env)
  const stated = declaration.settings.map(({ name }) => name.name)
  return graph === undefined || recipe === undefined ? undefined : { graph, recipe, stated }
}

function readRecipe(declaration: TrainDecl, graph: Graph, env: Env): Recipe | undefined {
  const owner = `recipe ${declaration.name.name}`
  const plain = readSettings(owner, table, declaration.settings, env, bySyntax)
  const loss = settingOf('loss', declaration)
  const supervise = settingOf('supervise', declaration)
  const terms = loss === undefined ? undefined : readLoss(loss.value, env)
  const weights = supervise === undefined ? mainOutputs(graph) : readSupervision(supervise, graph, env)
  for (const name of ['loss', 'optimizer']) {
    // A setting of nearly this name is reported as unknown, with this one as the suggestion.
    const isMisspelt = declaration.settings.some((one) => suggest(one.name.name, [name]) === name)
    if (settingOf(name, declaration) === undefined && !isMisspelt)
      report(env, declaration.name.span, problem('missing-setting', { owner, name }))
  }
  if (terms === undefined || weights === undefined || plain.optimizer === undefined) return undefined
  const trained = weights.filter(({ weight }) => weight > 0).map(({ output }) => output)
  if (loss === undefined || !lossFits(terms, graph, trained, loss.value, env)) return undefined
  if (!scheduleFits(owner, plain, declaration, env)) return undefined
  const prepare = preparationOf(owner, plain, { declaration, graph }, env)
  warnOfActivatedOutputs(graph, trained, activationOf(terms), loss.span, env)
  return {
    name: declaration.name.name,
    network: graph.network,
    loss: terms,
    supervise: weights,
    optimizer: plain.optimizer,
    schedule: plain.schedule ?? { kind: 'constant' },
    ...(plain.warmup === undefined ? {} : { warmup: plain.warmup }),
    ...(plain.ema === undefined ? {} : { ema: plain.ema }),
    ...(plain.validate === 'ema' ? { validate: plain.validate } : {}),
    batch: plain.batch ?? 1,
    steps: plain.steps ?? defaultSteps,
    epochs: plain.epochs ?? 1,
    ...(plain.clip === undefined ? {} : { clip: plain.clip }),
    foreground: plain.foreground ?? 1 / 3,
    augment: plain.augment ?? defaultAugmentation,
    orientation: plain.orientation ?? 'strict',
    ...(plain.spacing === 'as_stored' ? { spacing: plain.spacing } : {}),
    ...(prepare === undefined ? {} : { prepare }),
  }
}

/** Reports settings that say nothing by themselves; whether there are none. */
function scheduleFits(
  owner: string,
  { warmup, ema, validate, steps = defaultSteps, epochs = 1 }: Partial<RecipeSettings>,
  declaration: TrainDecl,
  env: Env,
): boolean {
  const span = (name: string): Span => settingOf(name, declaration)?.span ?? declaration.name.span
  if (validate === 'ema' && ema === undefined) {
    report(env, span('validate'), problem('missing-setting', { owner, name: 'ema' }))
    return false
  }
  const rising = warmup === undefined ? 0 : warmup.count * (warmup.unit === 'epochs' ? steps : 1)
  if (rising < steps * epochs) return true
  const whole = `${epochs} epoch${epochs === 1 ? '' : 's'} of ${steps} steps`
  const parts = {
    name: 'warmup',
    expected: `less than the whole training, ${whole}`,
    value: `${warmup?.count} ${warmup?.unit}`,
  }
  report(env, span('warmup'), problem('wrong-setting', parts))
  return false
}

/** Losses add up (`dice + 0.5 * cross_entropy`) and supervision has entries: both are read from their syntax, not their value. */
const bySyntax = ['loss', 'supervise']

const settingOf = (name: string, declaration: TrainDecl): Setting | undefined =>
  declaration.settings.find((one) => one.name.name === name)

const mainOutputs = (graph: Graph): Recipe['supervise'] =>
  graph.outputs.filter((one) => !one.aux).map((one) => ({ output: one.name, weight: 1 }))

function readSupervision(setting: Setting, graph: Graph, env: Env): Recipe['supervise'] | undefined {
  const { value } = setting
  const entries = entriesOf(value, env)
  if (entries === 'no entries') {
    const parts = {
      name: 'supervise',
      expected: `weights of outputs: ${shownWeights(graph)}`,
      value: 'anything but entries',
    }
    report(env, value.span, problem('wrong-setting', parts))
    return undefined
  }
  if (entries === undefined) return undefined
  const weights = entries.map(({ entry, at }) => supervisedOutput(entry, graph, at))
  if (!weights.every((one) => one !== undefined)) return undefined
  const twice = weights.findIndex(({ output }, k) => weights.findIndex((one) => one.output === output) < k)
  const again = entries[twice]
  if (again === undefined) return weights
  report(
    again.at,
    again.entry.span,
    problem('setting-given-twice', { owner: '`supervise`', name: weights[twice]?.output ?? '' }),
  )
  return undefined
}

/** An entry, and where its names have their values. */
interface PlacedEntry {
  readonly entry: EntryItem
  readonly at: Env
}

/** Entries that are written out, built with `for`, or both: `[logits: 1, ...[ds[k]: 1/2^k for k in 1..3]]`. Undefined after a report. */
function entriesOf(value: Expr, env: Env): readonly PlacedEntry[] | 'no entries' | undefined {
  const parts =
    value.kind === 'ListExpr'
      ? value.items.map((item) => {
          if (item.kind === 'EntryItem') return [{ entry: item, at: env }]
          return item.kind === 'SpreadItem' ? entriesOf(item.value, env) : 'no entries'
        })
      : value.kind === 'ComprehensionExpr' && value.body.kind === 'EntryItem'
        ? [builtEntries(value.body, value.clause, env)]
        : []
  if (parts.length === 0 || parts.includes('no entries')) return 'no entries'
  return parts.every((one) => typeof one === 'object') ? parts.flat() : undefined
}

function builtEntries(entry: EntryItem, clause: ForClause, env: Env): readonly PlacedEntry[] | undefined {
  const entries: PlacedEntry[] = []
  const done = forEachBinding(clause, env, (at) => {
    entries.push({ entry, at })
    return entries.length <= env.session.limits.listLength
  })
  return done ? entries : undefined
}

/** `[logits: 1, ds[1]: 1/2]`, of the outputs that the network has. */
function shownWeights({ outputs }: Graph): string {
  const shown = outputs.slice(0, 2).map(({ name }, k) => `${name}: ${k === 0 ? '1' : '1/2'}`)
  return `[${shown.join(', ')}]`
}

function supervisedOutput(entry: EntryItem, graph: Graph, env: Env): Recipe['supervise'][number] | undefined {
  const output = outputName(entry.key, env)
  const known = graph.outputs.map((one) => one.name)
  if (output === undefined || !known.includes(output)) {
    const name = output ?? 'this'
    // Of a family's members none is nearer than another: all are listed.
    const family = known.some(
      (one) => name.includes('[') && one.startsWith(name.slice(0, name.indexOf('[') + 1)),
    )
    report(
      env,
      entry.key.span,
      problem('unknown-output', { name, known, suggestion: family ? undefined : suggest(name, known) }),
    )
    return undefined
  }
  const weight = evaluate(entry.value, env)
  if ((weight.kind === 'int' || weight.kind === 'float') && weight.value >= 0)
    return { output, weight: weight.value }
  const parts = {
    name: `the weight of ${output}`,
    expected: 'a number, not negative',
    value: showValue(weight),
  }
  if (weight.kind !== 'invalid') report(env, entry.value.span, problem('wrong-setting', parts))
  return undefined
}

/** `logits` or `ds[1]`, as outputs are named. */
function outputName(key: Expr, env: Env): string | undefined {
  if (key.kind === 'NameExpr') return key.name
  if (key.kind !== 'IndexExpr' || key.target.kind !== 'NameExpr') return undefined
  const index = key.indices.map((one) => wholeNumber(one, env, 'the index of an output'))
  return `${key.target.name}[${index.join(',')}]`
}
