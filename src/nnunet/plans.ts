// nnUNetPlans.json: what each configuration says of its network, whichever release of nnU-Net version 2 wrote it. Inheritance and the
// older form as nnunetv2 2.8.1 takes them: utilities/plans_handling/plans_handler.py.
import { isProblem, problem, type Problem } from '../compiler/diagnostics/diagnostic.ts'
import { suggest } from '../compiler/text/suggest.ts'
import { nnunetPlans, type NnunetPlans } from '../json/generated/nnunet-plans.ts'
import { faultsText, readJson } from '../json/read.ts'
import type { Heads } from './heads.ts'

export interface Plans {
  /** Of the file, for messages. */
  readonly path: string
  readonly datasetName: string | undefined
  readonly plansName: string | undefined
  readonly planner: string | undefined
  readonly labelManager: string
  /** What plans of version 1 say of their dataset; those of version 2 leave it to dataset.json. */
  readonly heads: Heads | undefined
  /** How volumes are read and turned; undefined for version 1. */
  readonly volumes: VolumePlans | undefined
  /** In the order of the file, none of them resolved. */
  readonly configurations: ReadonlyMap<string, Entry>
}

/** What all configurations do with volumes. */
export interface VolumePlans {
  /** The class that reads files. */
  readonly reader: string | undefined
  /** Axis `k` of the network is axis `transpose[k]` of the file's array. */
  readonly transpose: readonly number[] | undefined
  /** Of the foreground of all training cases, by the channel's number. */
  readonly intensities: NonNullable<NnunetPlans['foreground_intensity_properties_per_channel']>
}

type Entry = NnunetPlans['configurations'][string]

/** A class in Python, with what it is called with beside `input_channels` and `num_classes`. */
export interface Architecture {
  readonly className: string
  readonly kwargs: Readonly<Record<string, unknown>>
  /** Names of arguments whose strings name what is imported. */
  readonly imports: readonly string[]
}

/** A configuration with everything that it inherits. */
export interface Configuration {
  readonly name: string
  readonly patch: readonly number[]
  /** Of the image; undefined where the plans do not say. */
  readonly channels: number | undefined
  readonly spacing: readonly number[] | undefined
  readonly batchSize: number | undefined
  readonly batchDice: boolean | undefined
  /** The configuration whose segmentations are channels of the input too. */
  readonly previousStage: string | undefined
  readonly architecture: Architecture
  readonly preparation: Preparation
}

/** How volumes are prepared, and scores brought back, by names of Python's. */
export interface Preparation {
  readonly preprocessor: string | undefined
  /** Of each channel. */
  readonly schemes: readonly string[] | undefined
  /** Of each channel: whether zeros outside are left out of its statistics. */
  readonly masked: readonly boolean[] | undefined
  readonly image: ResamplingCall
  readonly scores: ResamplingCall
}

export interface ResamplingCall {
  readonly name: string | undefined
  readonly kwargs: Readonly<Record<string, unknown>>
}

/** Reads the text of a plans file. */
export function readPlans(text: string, path: string): Plans | Problem {
  const held = readJson(text, nnunetPlans)
  if (held.kind === 'faults') return malformed(path, faultsText(held.faults))
  const { data } = held
  const configurations = new Map(Object.entries(data.configurations))
  if (configurations.size === 0) return malformed(path, '`configurations` is empty')
  return {
    path,
    datasetName: data.dataset_name,
    plansName: data.plans_name,
    planner: data.experiment_planner_used,
    labelManager: data.label_manager ?? 'LabelManager',
    heads: undefined,
    volumes: {
      reader: data.image_reader_writer,
      transpose: data.transpose_forward,
      intensities:
        data.foreground_intensity_properties_per_channel ??
        data.foreground_intensity_properties_by_modality ??
        {},
    },
    configurations,
  }
}

const malformed = (path: string, reason: string): Problem => problem('plans-malformed', { path, reason })

/** One configuration, resolved. */
export function configurationOf(plans: Plans, name: string): Configuration | Problem {
  const entry = inherited(plans, name, [])
  if (isProblem(entry)) return entry
  const within = (reason: string): Problem => malformed(plans.path, `configuration \`${name}\` ${reason}`)
  const { patch_size: patch, previous_stage: previousStage } = entry
  if (patch === undefined) return within('has no `patch_size`')
  const architecture =
    entry.architecture === undefined ? olderForm(entry, patch.length) : named(entry.architecture)
  if (typeof architecture === 'string') return within(architecture)
  return {
    name,
    patch,
    channels: entry.normalization_schemes?.length,
    spacing: entry.spacing,
    batchSize: entry.batch_size,
    batchDice: entry.batch_dice,
    previousStage: previousStage ?? undefined,
    architecture,
    preparation: {
      preprocessor: entry.preprocessor_name,
      schemes: entry.normalization_schemes,
      masked: entry.use_mask_for_norm,
      image: { name: entry.resampling_fn_data, kwargs: entry.resampling_fn_data_kwargs ?? {} },
      scores: {
        name: entry.resampling_fn_probabilities,
        kwargs: entry.resampling_fn_probabilities_kwargs ?? {},
      },
    },
  }
}

/** The child's entries over the parent's, as a whole: what is nested is replaced, not merged. */
function inherited(plans: Plans, name: string, children: readonly string[]): Entry | Problem {
  const { path, configurations } = plans
  const entry = configurations.get(name)
  if (entry === undefined) {
    const known = [...configurations.keys()]
    const child = children.at(-1)
    return child === undefined
      ? problem('plans-no-configuration', {
          path,
          configuration: name,
          known,
          suggestion: suggest(name, known),
        })
      : problem('plans-inheritance', {
          path,
          reason: `configuration \`${child}\` inherits from \`${name}\`, which is not there`,
          known: known.filter((one) => one !== child),
          suggestion: suggest(name, known),
        })
  }
  const { inherits_from: parent } = entry
  if (parent === undefined) return entry
  const chain = [...children, name]
  if (chain.includes(parent))
    return problem('plans-inheritance', {
      path,
      reason: `configurations inherit in a circle: ${[...chain, parent].join(' -> ')}`,
      known: [],
      suggestion: undefined,
    })
  const base = inherited(plans, parent, chain)
  return isProblem(base) ? base : { ...base, ...entry }
}

const named = ({
  network_class_name,
  arch_kwargs,
  _kw_requires_import,
}: NonNullable<Entry['architecture']>): Architecture => ({
  className: network_class_name,
  kwargs: arch_kwargs,
  imports: _kw_requires_import,
})

/** What releases 2.0 to 2.2 wrote, as the constructor of nnU-Net's ConfigurationManager turns it into an architecture; a string says why not. */
function olderForm(entry: Entry, rank: number): Architecture | string {
  const {
    UNet_class_name: name,
    UNet_base_num_features: base,
    unet_max_num_features: most,
    n_conv_per_stage_encoder: encoder,
    n_conv_per_stage_decoder: decoder,
    pool_op_kernel_sizes: strides,
    conv_kernel_sizes: kernels,
  } = entry
  if (name === undefined) return 'has neither `architecture` nor `UNet_class_name`'
  if (name !== 'PlainConvUNet' && name !== 'ResidualEncoderUNet')
    return `has the \`UNet_class_name\` ${JSON.stringify(name)}; in plans of this form nnU-Net knows PlainConvUNet and ResidualEncoderUNet`
  const lists = {
    UNet_base_num_features: base,
    unet_max_num_features: most,
    n_conv_per_stage_encoder: encoder,
    n_conv_per_stage_decoder: decoder,
    pool_op_kernel_sizes: strides,
    conv_kernel_sizes: kernels,
  }
  const missing = Object.entries(lists).find(([, value]) => value === undefined)
  if (missing !== undefined || base === undefined || most === undefined || encoder === undefined)
    return `has no \`${missing?.[0]}\``
  return {
    className: `dynamic_network_architectures.architectures.unet.${name}`,
    kwargs: {
      n_stages: encoder.length,
      features_per_stage: encoder.map((_, i) => Math.min(base * 2 ** i, most)),
      conv_op: `torch.nn.Conv${rank}d`,
      kernel_sizes: kernels,
      strides,
      [name === 'PlainConvUNet' ? 'n_conv_per_stage' : 'n_blocks_per_stage']: encoder,
      n_conv_per_stage_decoder: decoder,
      conv_bias: true,
      norm_op: `torch.nn.InstanceNorm${rank}d`,
      norm_op_kwargs: { eps: 1e-5, affine: true },
      nonlin: 'torch.nn.LeakyReLU',
    },
    imports: ['conv_op', 'norm_op', 'nonlin'],
  }
}
