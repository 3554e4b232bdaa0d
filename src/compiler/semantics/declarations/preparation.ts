// How a recipe has cases brought to its network: the spacing that they are resampled to, and what goes with it.
import { problem } from '../../diagnostics/diagnostic.ts'
import type { Graph } from '../../ir/graph.ts'
import type { Setting, TrainDecl } from '../../syntax/ast.ts'
import { report } from '../values/session.ts'
import { showValue } from '../values/show.ts'
import { evaluate } from '../values/evaluation.ts'
import type { Env, Value } from '../values/values.ts'
import { fieldsOf, termOf } from './recipe-terms.ts'
import type { SettingTable } from './settings.ts'

/** By nnU-Net's pipeline: cropped to what is not 0, normalised, resampled. */
export interface Preparation {
  /** Millimetres along the axes of the network, or the median of the training cases. */
  readonly spacing: 'median' | readonly number[]
  /** Of images; labels and scores are resampled linearly. */
  readonly resample: 'cubic' | 'linear'
  /** A scheme for each channel; absent: by the names of the channels. */
  readonly normalise?: readonly Normalisation[]
  /** Axis `k` of the network is axis `transpose[k]` of the cases. */
  readonly transpose: readonly [number, number, number]
}

/** `zscore_nonzero` is that of the voxels that are not 0 in all channels, and of these alone. */
export const normalisations = ['ct', 'zscore', 'zscore_nonzero', 'rescale', 'rgb', 'none'] as const
export type Normalisation = (typeof normalisations)[number]

/** `as_stored`: nothing is resampled, and that spacings differ is no mistake. */
export type StatedSpacing = Preparation['spacing'] | 'as_stored'

export interface PreparationSettings {
  readonly spacing: StatedSpacing
  readonly resample: Preparation['resample']
  readonly normalise: readonly Normalisation[]
  readonly transpose: Preparation['transpose']
}

const spacings = ['median', 'as_stored'] as const
const resamplings = ['cubic', 'linear'] as const

export const preparationTable: SettingTable<PreparationSettings> = {
  spacing: {
    words: spacings,
    expected:
      'median, as_stored, or sizes of voxels in millimetres along the axes of the network: [1, 0.8, 0.8]',
    read: (value) => wordOf(value, spacings) ?? sizesOf(value),
  },
  resample: {
    words: resamplings,
    expected: 'cubic or linear',
    read: (value) => wordOf(value, resamplings),
  },
  normalise: {
    words: normalisations,
    expected: `a list with one of ${normalisations.join(', ')} for each channel`,
    read: (value) => listOf(value, (one) => wordOf(one, normalisations)),
  },
  transpose: {
    words: [],
    expected: 'each of 0, 1 and 2 once: axis k of the network is this axis of the cases',
    read: (value) => orderOf(listOf(value, (one) => (one.kind === 'int' ? one.value : undefined))),
  },
}

function wordOf<W extends string>(value: Value, words: readonly W[]): W | undefined {
  const term = termOf(value)
  if (term === undefined || fieldsOf(term, {}) === undefined) return undefined
  return words.find((word) => word === term.word)
}

function listOf<T>(value: Value, read: (one: Value) => T | undefined): readonly T[] | undefined {
  if (value.kind !== 'list' || value.items.length === 0) return undefined
  const items = value.items.map(read)
  const known = items.filter((one) => one !== undefined)
  return known.length === items.length ? known : undefined
}

const sizesOf = (value: Value): readonly number[] | undefined =>
  listOf(value, (one) => (isNumber(one) && one.value > 0 ? one.value : undefined))

const isNumber = (value: Value): value is Extract<Value, { kind: 'int' | 'float' }> =>
  value.kind === 'int' || value.kind === 'float'

function orderOf(axes: readonly number[] | undefined): Preparation['transpose'] | undefined {
  const [first = 0, second = 0, third = 0] = axes ?? []
  return axes?.length === 3 && [0, 1, 2].every((axis) => axes.includes(axis))
    ? [first, second, third]
    : undefined
}

/** The preparation that the settings say; undefined for none. What does not go together, or does not fit the network, is reported. */
export function preparationOf(
  owner: string,
  { spacing, resample = 'cubic', normalise, transpose = [0, 1, 2] }: Partial<PreparationSettings>,
  { declaration, graph }: { readonly declaration: TrainDecl; readonly graph: Graph },
  env: Env,
): Preparation | undefined {
  const given = (name: string): Setting | undefined =>
    declaration.settings.find((one) => one.name.name === name)
  if (spacing === undefined || spacing === 'as_stored') {
    for (const name of ['resample', 'normalise', 'transpose'])
      for (const { span } of [given(name)].filter((one) => one !== undefined))
        report(env, span, problem('setting-without-spacing', { owner, name }))
    return undefined
  }
  const refuse = (name: string, expected: string): void => {
    const setting = given(name)
    if (setting === undefined) return
    const words = new Set(name === 'normalise' ? normalisations : [])
    const value = showValue(evaluate(setting.value, env, words))
    report(env, setting.value.span, problem('wrong-setting', { name, expected, value }))
  }
  const [axes, channels] = sizesOfInput(graph)
  if (spacing !== 'median' && spacing.length !== axes) {
    refuse('spacing', `${axes} sizes of voxels, one for each axis of the network's input`)
    return undefined
  }
  if (normalise !== undefined && channels !== undefined && normalise.length !== channels) {
    refuse('normalise', `a list with one scheme for each channel of the network's input: ${channels}`)
    return undefined
  }
  return { spacing, resample, ...(normalise === undefined ? {} : { normalise }), transpose }
}

/** Axes of the image, and channels of all inputs together; undefined where one is free. */
function sizesOfInput({ inputs, nodes }: Graph): readonly [axes: number, channels: number | undefined] {
  const shapes = inputs.map(({ node }) => nodes[node]?.type.shape ?? [])
  const channels = shapes.map(([count]) => count)
  const known = channels.filter((count) => typeof count === 'number')
  return [
    Math.max(0, (shapes[0]?.length ?? 1) - 1),
    known.length === channels.length ? known.reduce((all, one) => all + one, 0) : undefined,
  ]
}
