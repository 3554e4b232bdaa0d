// A plan as nnUNetPlans.json, which nnU-Net trains by, and which Weft makes specs of. nnunetv2 2.8.1: default_experiment_planner.py.
import { isMostlyEmpty, type Fingerprint } from '../../data/fingerprint/fingerprint.ts'
import type { NamedConfiguration, Plan } from './plan.ts'
import { architectureEntry } from './network.ts'
import type { Preset } from './presets.ts'
import { medianOf } from './target-spacing.ts'
import { roundHalfEven } from '../../data/pipeline/grid.ts'

export interface PlansHeader {
  readonly dataset: string
  /** Names of the class that reads files, and of who planned. */
  readonly reader: string
  readonly planner: string
  readonly plans: string
}

/** As JSON has it: `nnUNetPlans.json`. */
export function plansFile(
  plan: Plan,
  fingerprint: Fingerprint,
  preset: Preset,
  { dataset, reader, planner, plans }: PlansHeader,
): Readonly<Record<string, unknown>> {
  const { forward, backward } = plan.axes
  const { cases, intensities } = fingerprint
  const schemes = schemesOf(fingerprint)
  const entries = plan.configurations.map((one) => [one.name, entryOf(one, preset, plans, schemes)] as const)
  const hasCoarse = plan.configurations.some(({ name }) => name === '3d_lowres')
  const cascade = { inherits_from: '3d_fullres', previous_stage: '3d_lowres' }
  return {
    dataset_name: dataset,
    plans_name: plans,
    original_median_spacing_after_transp: medianOf(cases, 'spacing', forward),
    original_median_shape_after_transp: medianOf(cases, 'cropped', forward).map(roundHalfEven),
    image_reader_writer: reader,
    transpose_forward: forward,
    transpose_backward: backward,
    configurations: {
      ...Object.fromEntries(entries),
      ...(hasCoarse ? { '3d_cascade_fullres': cascade } : {}),
    },
    experiment_planner_used: planner,
    label_manager: 'LabelManager',
    foreground_intensity_properties_per_channel: Object.fromEntries(
      intensities.map(({ found }, channel) => [channel, found]),
    ),
  }
}

export interface Schemes {
  /** Names of nnU-Net's classes. */
  readonly names: readonly string[]
  readonly masked: readonly boolean[]
}

const schemeNames: ReadonlyMap<string, string> = new Map([
  ['ct', 'CTNormalization'],
  ['nonorm', 'NoNormalization'],
  ['zscore', 'ZScoreNormalization'],
  ['rescale_to_0_1', 'RescaleTo01Normalization'],
  ['rgb_to_0_1', 'RGBTo01Normalization'],
])
const standard = 'ZScoreNormalization'

/** By the names of the channels; z-scores are those of the mask where most volumes are mostly empty. */
export function schemesOf({ cases, intensities }: Pick<Fingerprint, 'cases' | 'intensities'>): Schemes {
  const names = intensities.map(({ channel }) => schemeNames.get(channel.toLowerCase()) ?? standard)
  const isMasked = isMostlyEmpty(cases)
  return { names, masked: names.map((name) => isMasked && name === standard) }
}

const resampling = (order: number, isSegmentation: boolean): object => ({
  is_seg: isSegmentation,
  order,
  order_z: 0,
  force_separate_z: null,
})
const resample = 'resample_data_or_seg_to_shape'

function entryOf(
  { name, batch, batchDice, network, median, spacing }: NamedConfiguration,
  preset: Preset,
  plans: string,
  schemes: Schemes,
): object {
  // The residual planners use what the plain one has preprocessed.
  const isShared = preset.architecture === 'residual' && name !== '3d_lowres' && plans === preset.plans
  return {
    data_identifier: `${isShared ? 'nnUNetPlans' : plans}_${name}`,
    preprocessor_name: 'DefaultPreprocessor',
    batch_size: batch,
    patch_size: network.patch,
    median_image_size_in_voxels: median,
    spacing,
    normalization_schemes: schemes.names,
    use_mask_for_norm: schemes.masked,
    resampling_fn_data: resample,
    resampling_fn_seg: resample,
    resampling_fn_data_kwargs: resampling(3, false),
    resampling_fn_seg_kwargs: resampling(1, true),
    resampling_fn_probabilities: resample,
    resampling_fn_probabilities_kwargs: resampling(1, false),
    architecture: architectureEntry(network, preset),
    batch_dice: batchDice,
    ...(name === '3d_lowres' ? { next_stage: '3d_cascade_fullres' } : {}),
  }
}
