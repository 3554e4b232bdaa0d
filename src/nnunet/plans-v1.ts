// Plans of nnU-Net version 1, a pickle: its stages as the configurations that version 2 would call them. What the entries mean is in nnunet
// 1.7.1: training/network_training/nnUNetTrainer.py (`process_plans`), run/default_configuration.py.
import { isProblem, problem, type Problem } from '../compiler/diagnostics/diagnostic.ts'
import { numpyWorld, rowsOf } from '../weights/torch/numpy-world.ts'
import type { PickleDict, PickleValue } from '../weights/torch/pickle-values.ts'
import { isKind, unpickle } from '../weights/torch/unpickle.ts'
import { genericUNet } from './generic-unet.ts'
import type { Heads } from './heads.ts'
import { readPlans, type Plans } from './plans.ts'

/** Reads the bytes of a plans file of version 1. */
export function readPlansV1(bytes: Uint8Array, path: string): Plans | Problem {
  const found = unpickle(bytes, numpyWorld)
  if (typeof found === 'string')
    return problem('plans-malformed', { path, reason: `its pickle is malformed: ${found}` })
  try {
    const entries = dictOf(found.value, 'the pickle')
    const heads = headsIn(entries)
    const plans = readPlans(JSON.stringify(translated(entries, heads)), path)
    return isProblem(plans) ? plans : { ...plans, heads }
  } catch (error) {
    if (error instanceof Unreadable) return problem('plans-malformed', { path, reason: error.message })
    throw error
  }
}

class Unreadable extends Error {}

/** The form of version 2, of what has to be held against its schema. */
function translated(plans: Entries, heads: Heads): object {
  const stages = [...dictOf(plans.get('plans_per_stage'), '`plans_per_stage`').values()].map(stageOf)
  if (stages.length !== 1 && stages.length !== 2)
    throw new Unreadable(`\`plans_per_stage\` has ${stages.length} stages, and it has to have one or two`)
  const [first, second] = stages.map((stage) => configurationOf(plans, stage, heads, stages.length))
  const is2d = stages[0]?.rank === 2
  const configurations =
    second === undefined
      ? { [is2d ? '2d' : '3d_fullres']: first }
      : {
          '3d_lowres': { ...first, batch_dice: false },
          '3d_fullres': second,
          '3d_cascade_fullres': { inherits_from: '3d_fullres', previous_stage: '3d_lowres' },
        }
  const folder = plans.get('preprocessed_data_folder')
  const dataset =
    typeof folder === 'string' ? /(?:^|[/\\])(Task\d+_[^/\\]+)[/\\]?$/.exec(folder)?.[1] : undefined
  return { dataset_name: dataset, plans_name: 'plans of version 1', configurations }
}

interface Stage {
  readonly entries: Entries
  readonly rank: number
  readonly where: string
}

function stageOf(value: PickleValue, index: number): Stage {
  const where = ` of stage ${index}`
  const entries = dictOf(value, `stage ${index}`)
  const patch = taken(entries, 'patch_size', where)
  if (!Array.isArray(patch) || (patch.length !== 2 && patch.length !== 3))
    throw new Unreadable(`\`patch_size\`${where} has to have 2 or 3 axes, and is ${JSON.stringify(patch)}`)
  return { entries, rank: patch.length, where }
}

function configurationOf(
  plans: Entries,
  { entries, rank, where }: Stage,
  heads: Heads,
  stages: number,
): object {
  const pools = entries.has('pool_op_kernel_sizes')
    ? taken(entries, 'pool_op_kernel_sizes', where)
    : olderPools(taken(entries, 'num_pool_per_axis', where), where)
  return {
    patch_size: taken(entries, 'patch_size', where),
    spacing: spacingIn(entries, rank, where),
    batch_size: taken(entries, 'batch_size', where),
    batch_dice: rank === 2 || stages > 1,
    normalization_schemes: heads.channels,
    architecture: {
      network_class_name: genericUNet,
      arch_kwargs: {
        base_num_features: taken(plans, 'base_num_features'),
        num_conv_per_stage: plans.has('conv_per_stage') ? taken(plans, 'conv_per_stage') : undefined,
        pool_op_kernel_sizes: pools,
        conv_kernel_sizes: entries.has('conv_kernel_sizes')
          ? taken(entries, 'conv_kernel_sizes', where)
          : undefined,
      },
      _kw_requires_import: [],
    },
  }
}

/** Of the network's axes: slices have no distance. */
function spacingIn(entries: Entries, rank: number, where: string): unknown {
  const spacing = entries.has('current_spacing') ? taken(entries, 'current_spacing', where) : undefined
  return Array.isArray(spacing) ? spacing.slice(-rank) : spacing
}

/** Plans that count how often each axis is halved: those that are halved less often begin later. */
function olderPools(counts: unknown, where: string): readonly (readonly number[])[] {
  const isCount = (one: unknown): one is number =>
    typeof one === 'number' && Number.isInteger(one) && one >= 0 && one <= deepest
  const list: readonly unknown[] = Array.isArray(counts) ? counts : []
  if (list.length === 0 || !list.every(isCount))
    throw new Unreadable(`\`num_pool_per_axis\`${where} is ${JSON.stringify(counts)}`)
  const most = Math.max(...list)
  return Array.from({ length: most }, (_, level) => list.map((own) => (most - own <= level ? 2 : 1)))
}

/** No side is halved more often. */
const deepest = 32

/** The plans of version 1 say themselves what goes in and what comes out. */
function headsIn(plans: Entries): Heads {
  const count = taken(plans, 'num_classes')
  const labels = taken(plans, 'all_classes')
  if (!Array.isArray(labels) || labels.length !== count)
    throw new Unreadable(
      `\`num_classes\` is ${JSON.stringify(count)}, and \`all_classes\` ${JSON.stringify(labels)}`,
    )
  const channels = [...dictOf(plans.get('modalities'), '`modalities`').values()].map((one) => String(plain(one, '`modalities`'))) // prettier-ignore
  const inputs = taken(plans, 'num_modalities')
  if (channels.length !== inputs)
    throw new Unreadable(
      `\`num_modalities\` is ${JSON.stringify(inputs)}, and \`modalities\` has ${channels.length}`,
    )
  return {
    channels,
    outputs: ['background', ...labels.map(String)],
    kind: 'labels',
    ignore: undefined,
    members: [[0], ...labels.map((_, k) => [k + 1])],
    written: [],
    ending: undefined,
    foregroundCount: labels.length,
  }
}

// -------------------------------------------------------------- values

type Entries = PickleDict['entries']

function dictOf(value: PickleValue | undefined, what: string): Entries {
  if (value === undefined) throw new Unreadable(`${what} is missing`)
  if (isKind(value, 'opaque')) throw new Unreadable(`${what} is a pickled \`${value.of}\``)
  if (!isKind(value, 'dict')) throw new Unreadable(`${what} is no dict`)
  return value.entries
}

function taken(entries: Entries, key: string, where = ''): unknown {
  const value = entries.get(key)
  if (value === undefined) throw new Unreadable(`\`${key}\`${where} is missing`)
  return plain(value, `\`${key}\`${where}`)
}

/** A pickle can name the same list again and again: longer and deeper ones are none of a plan's. */
const longest = 1024

/** Numbers and texts, and lists of them, as JSON has them. */
function plain(value: PickleValue, what: string, depth = 0): unknown {
  if (typeof value !== 'object' || value === null) return value
  const unbuilt = isKind(value, 'array') ? value.type : value
  if (isKind(unbuilt, 'opaque')) throw new Unreadable(`${what} is a pickled \`${unbuilt.of}\``)
  const items = depth > 1 ? undefined : itemsOf(value)
  if (items === undefined) throw new Unreadable(`${what} is neither a number nor a list of a few`)
  return items.map((one) => plain(one, what, depth + 1))
}

function itemsOf(
  value: Exclude<PickleValue, null | boolean | number | string>,
): readonly PickleValue[] | undefined {
  if (isKind(value, 'array')) return (value.shape[0] ?? 0) > longest ? undefined : rowsOf(value)
  return 'items' in value && value.items.length <= longest ? value.items : undefined
}
