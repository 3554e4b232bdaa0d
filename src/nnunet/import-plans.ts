// Plans as a spec: for each configuration a network that is an application of the library's, and, where the labels are known, nnU-Net's
// recipe for it. The defaults are those of nnUNetTrainer (nnunetv2 2.8.1, training/nnUNetTrainer/nnUNetTrainer.py).
import { isProblem, problem, type Problem } from '../compiler/diagnostics/diagnostic.ts'
import type { Normalisation } from '../compiler/semantics/declarations/preparation.ts'
import type { OrientationPolicy } from '../compiler/semantics/declarations/train.ts'
import { applicationOf } from './application.ts'
import { importLines, type Application } from './construction.ts'
import { inputChannels } from './asked.ts'
import type { Heads } from './heads.ts'
import { declaredNames, type DeclaredNames } from './names.ts'
import { readers } from './pipeline.ts'
import { configurationOf, type Configuration, type Plans } from './plans.ts'
import { orientationPolicies } from './readers.ts'

export interface ImportOptions {
  /**
   * Of the dataset's description; by default those of the plans. Where neither has them, `classes` is left to whoever uses the networks, and
   * there are no recipes.
   */
  readonly heads?: Heads
  /** By default all of the file. */
  readonly configurations?: readonly string[]
  /** What the file says of itself first. */
  readonly heading?: string
  /** How volumes are turned; unless given as the reader of the plans does. */
  readonly orientation?: OrientationPolicy
}

export interface ImportedPlans {
  /** A spec; `formatWeft` of `weft/prettier` brings it into canonical form. */
  readonly text: string
  readonly configurations: readonly string[]
}

/** A configuration as it will stand in the spec. */
interface Imported {
  readonly configuration: Configuration
  readonly application: Application
  readonly names: DeclaredNames
}

/** All that is wrong, or the spec. */
export function importPlans(
  plans: Plans,
  { heads = plans.heads, configurations, heading = headingOf(plans), orientation }: ImportOptions = {},
): ImportedPlans | readonly Problem[] {
  const chosen = [...new Set(configurations ?? plans.configurations.keys())]
  const names = declaredNames(plans.datasetName, [...plans.configurations.keys()])
  const found = chosen.map((name) => importedAs(plans, name, heads, names))
  const problems = found.flatMap((one) => ('configuration' in one ? [] : one))
  if (problems.length > 0) return problems
  const imported = found.flatMap((one) => ('configuration' in one ? [one] : []))
  const text = [
    ...header(heading, heads),
    '',
    ...importLines(imported.map((one) => one.application)),
    ...imported.flatMap((one) => ['', ...networkLines(one, heads)]),
    ...(heads === undefined
      ? []
      : imported.flatMap((one) => [
          '',
          ...recipeLines(one, heads, preparationLines(plans, one.configuration, orientation)),
        ])),
    '',
  ].join('\n')
  return { text, configurations: chosen }
}

function importedAs(
  plans: Plans,
  name: string,
  heads: Heads | undefined,
  names: ReadonlyMap<string, DeclaredNames>,
): Imported | readonly Problem[] {
  const configuration = configurationOf(plans, name)
  if (isProblem(configuration)) return [configuration]
  const misfit = misfitOf(plans, configuration, heads)
  if (misfit !== undefined) return [misfit]
  const application = applicationOf(configuration)
  const declared = names.get(name)
  if (declared === undefined) throw new Error(`${name} has no name`)
  return 'network' in application
    ? { configuration, application, names: declared }
    : application.map(({ key, value, reason }) => unsupported(plans.path, name, key, value, reason))
}

/** Where the plans and the dataset do not say what goes in and what comes out, or not the same. */
function misfitOf(plans: Plans, configuration: Configuration, heads: Heads | undefined): Problem | undefined {
  const { path, labelManager } = plans
  const { name, channels, previousStage } = configuration
  if (heads === undefined) {
    if (channels === undefined)
      return problem('plans-malformed', {
        path,
        reason: `configuration \`${name}\` has no \`normalization_schemes\`, one for each channel, and no dataset.json is given`,
      })
    const reason =
      'its input has a channel for each foreground label, and no dataset.json says how many there are (--dataset)'
    return previousStage === undefined
      ? undefined
      : unsupported(path, name, 'previous_stage', previousStage, reason)
  }
  if (labelManager !== 'LabelManager') {
    const reason = 'only that of nnU-Net says how many channels its labels need'
    return unsupported(path, name, 'label_manager', labelManager, reason)
  }
  if (channels !== undefined && channels !== heads.channels.length) {
    const reason = `there are ${channels}, and the dataset has ${heads.channels.length} channels (${heads.channels.join(', ')})`
    return unsupported(path, name, 'normalization_schemes', channels, reason)
  }
  const own = plans.heads?.outputs.length
  if (own !== undefined && own !== heads.outputs.length) {
    const reason = `with the background it makes ${own} channels, and the dataset has ${heads.outputs.length} (${heads.outputs.join(', ')})`
    return unsupported(path, name, 'num_classes', own - 1, reason)
  }
  return undefined
}

const unsupported = (
  path: string,
  configuration: string,
  key: string,
  value: unknown,
  reason: string,
): Problem =>
  problem('plans-unsupported', {
    path,
    configuration,
    key,
    value: JSON.stringify(value) ?? 'nothing',
    reason,
  })

/** A string from the file stays within the line of a comment. */
const oneLine = (text: string): string => text.replaceAll(/[\p{Cc}\p{Zl}\p{Zp}\s]+/gu, ' ').trim()

const columns = 112

/** Lines of a doc comment. */
function wrapped(text: string): readonly string[] {
  const lines: string[] = []
  for (const word of text.split(' ')) {
    const last = lines.at(-1)
    if (last !== undefined && last.length + word.length < columns) lines[lines.length - 1] = `${last} ${word}`
    else lines.push(`/// ${word}`)
  }
  return lines
}

function headingOf({ plansName, datasetName, planner }: Plans): string {
  const of = datasetName === undefined ? '' : ` of ${datasetName}`
  const by = planner === undefined ? '' : `, by ${planner}`
  return `Planned by nnU-Net: ${plansName ?? 'plans'}${of}${by}.`
}

function header(heading: string, heads: Heads | undefined): readonly string[] {
  const about = [heading]
  if (heads === undefined) about.push('The plans do not say how many classes there are: give `classes`.')
  else about.push(...headsText(heads))
  return about.flatMap((line) => wrapped(oneLine(line)))
}

function headsText({ channels, outputs, kind, ignore }: Heads): readonly string[] {
  return [
    `Channels: ${channels.join(', ')}.`,
    `${kind === 'labels' ? 'Classes' : 'Regions, each with a sigmoid'}: ${outputs.join(', ')}.`,
    ...(ignore === undefined ? [] : [`Voxels of label ${ignore} are ignored.`]),
  ]
}

function networkLines(
  { configuration, application, names }: Imported,
  heads: Heads | undefined,
): readonly string[] {
  const { network, arguments: given } = application
  const all = [
    ['in_channels', String(inputChannels(configuration, heads))],
    ['classes', heads === undefined ? 'classes' : String(heads.outputs.length)],
    ...given,
  ].map(([name, text]) => `${name} = ${text}`)
  const own = heads === undefined ? '(classes: int)' : ''
  return [
    `/// ${oneLine(aboutConfiguration(configuration))}`,
    `network ${names.network}${own} = ${network}(${all.join(', ')})`,
  ]
}

function aboutConfiguration({ name, spacing, previousStage }: Configuration): string {
  const voxels =
    spacing === undefined
      ? ''
      : `, voxels of ${spacing.map((mm) => Number(mm.toPrecision(4))).join(' x ')} mm`
  const cascade =
    previousStage === undefined ? '' : `, with what ${previousStage} finds, a channel for each label`
  return `\`${name}\`${voxels}${cascade}.`
}

function recipeLines(
  { configuration, application, names }: Imported,
  heads: Heads,
  preparation: readonly string[],
): readonly string[] {
  const { batchSize, batchDice } = configuration
  const batch = `batch = ${batchDice ?? true}`
  const loss =
    heads.kind === 'labels' ? `dice(${batch}) + cross_entropy` : `dice(${batch}, sigmoid = true) + bce`
  const supervise = supervision(application.outputCount)
  return [
    `train ${names.recipe} for ${names.network} {`,
    `  loss = ${loss}`,
    ...(supervise === undefined ? [] : [`  supervise = ${supervise}`]),
    '  optimizer = sgd(lr = 1e-2, momentum = 0.99, nesterov = true, weight_decay = 3e-5)',
    '  schedule = poly(power = 0.9)',
    '  clip = 12',
    ...(batchSize === undefined ? [] : [`  batch = ${batchSize}`]),
    ...preparation.map((line) => `  ${line}`),
    '  steps = 250',
    '  epochs = 1000',
    '}',
  ]
}

/**
 * Half the weight of each coarser output, none of the coarsest, the sum 1: for n outputs, 2^(n-2-i) / (2^(n-1) - 1). Undefined for one
 * output, which the loss is of anyhow.
 */
function supervision(count: number): string | undefined {
  if (count < 2) return undefined
  const sum = 2 ** (count - 1) - 1
  const weights = Array.from({ length: count - 1 }, (_, i) => {
    const output = i === 0 ? 'logits' : `ds[${i}]`
    return `${output}: ${sum === 1 ? '1' : `${2 ** (count - 2 - i)}/${sum}`}`
  })
  return `[${weights.join(', ')}]`
}

// ---------------------------------------------------------------- volumes

const schemeWords: ReadonlyMap<string, Normalisation> = new Map([
  ['CTNormalization', 'ct'],
  ['ZScoreNormalization', 'zscore'],
  ['RescaleTo01Normalization', 'rescale'],
  ['RGBTo01Normalization', 'rgb'],
  ['NoNormalization', 'none'],
])

/** How cases are brought to the network, where the recipe of Weft's can say all that the plans say; nothing otherwise. */
function preparationLines(
  { volumes }: Plans,
  { spacing, previousStage, preparation, patch }: Configuration,
  orientation: OrientationPolicy | undefined,
): readonly string[] {
  const { preprocessor, schemes, masked, image } = preparation
  const transpose = volumes?.transpose ?? [0, 1, 2]
  const words = schemes?.map((name, channel) =>
    name === 'ZScoreNormalization' && masked?.[channel] === true ? 'zscore_nonzero' : schemeWords.get(name),
  )
  const isUsual =
    preprocessor === 'DefaultPreprocessor' &&
    previousStage === undefined &&
    image.name === 'resample_data_or_seg_to_shape' &&
    image.kwargs['force_separate_z'] === null
  if (!isUsual || spacing?.length !== patch.length || words === undefined || words.includes(undefined))
    return []
  const reader = readers.find((one) => one === volumes?.reader)
  const policy = orientation ?? (reader === undefined ? 'strict' : orientationPolicies[reader])
  return [
    `spacing = [${spacing.join(', ')}]`,
    ...(image.kwargs['order'] === 1 ? ['resample = linear'] : []),
    `normalise = [${words.join(', ')}]`,
    ...(transpose.every((axis, k) => axis === k) ? [] : [`transpose = [${transpose.join(', ')}]`]),
    ...(policy === 'strict' ? [] : [`orientation = ${policy}`]),
  ]
}
