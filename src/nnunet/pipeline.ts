// How nnU-Net prepares volumes for a configuration and brings scores back, as the pipeline of `src/data/pipeline`. What that does not have is
// refused by its name: nothing is done in a way that only resembles nnU-Net's. By nnunetv2 2.8.1.
import { problem, type Problem } from '../compiler/diagnostics/diagnostic.ts'
import type { Scheme } from '../data/pipeline/intensity.ts'
import type { Pipeline } from '../data/pipeline/pipeline.ts'
import type { ImageResampling, Resampling, ScoreResampling } from '../data/pipeline/resample.ts'
import { anisotropyThreshold, type Separation } from '../data/pipeline/spacing.ts'
import type { Heads } from './heads.ts'
import type { Configuration, Plans, ResamplingCall } from './plans.ts'

/** The readers whose arrays a NIfTI file gives here too. */
export const readers = ['SimpleITKIO', 'NibabelIO', 'NibabelIOWithReorient'] as const
export type Reader = (typeof readers)[number]

export interface PlannedPipeline {
  readonly reader: Reader
  readonly pipeline: Pipeline
}

/** What of the checkpoint belongs to the pipeline: axes of the patch. */
type Mirroring = readonly number[]

/** The pipeline of a configuration, or all that it has no counterpart of. */
export function pipelineOf(
  plans: Plans,
  configuration: Configuration,
  heads: Heads,
  mirror: Mirroring,
): PlannedPipeline | readonly Problem[] {
  const { volumes } = plans
  const { name, previousStage, preparation, patch, spacing } = configuration
  const problems: Problem[] = []
  const refuse = (key: string, value: unknown, reason: string): undefined => {
    const shown = JSON.stringify(value) ?? 'nothing'
    problems.push(problem('model-unsupported', { path: plans.path, key, value: shown, reason }))
  }
  if (previousStage !== undefined)
    refuse('previous_stage', previousStage, 'cascades, whose second network sees what the first finds, are not run') // prettier-ignore
  if (preparation.preprocessor !== 'DefaultPreprocessor')
    refuse('preprocessor_name', preparation.preprocessor, 'it has to be DefaultPreprocessor')
  const reader = readers.find((one) => one === volumes?.reader)
  if (reader === undefined)
    refuse('image_reader_writer', volumes?.reader, `of nnU-Net's readers these are known: ${readers.join(', ')}`) // prettier-ignore
  if (heads.outputs.length > mostOutputs)
    refuse('labels', heads.outputs.length, `label maps have a byte for each voxel: ${mostOutputs} at most`)
  if (heads.written.some((label) => label > mostOutputs))
    refuse('regions_class_order', heads.written, `label maps have a byte for each voxel: ${mostOutputs} at most`) // prettier-ignore
  const transpose = permutation(volumes?.transpose)
  if (transpose === undefined)
    refuse('transpose_forward', volumes?.transpose, 'it has to have each of 0, 1 and 2 once')
  if (spacing?.length !== patch.length || !spacing.every((mm) => mm > 0))
    refuse('spacing', spacing, `it has to be ${patch.length} sizes of voxels above 0 (${name})`)
  const normalisation = schemesOf(plans, configuration, heads, refuse)
  const image = imageResampling(preparation.image, refuse)
  const scores = scoreResampling(preparation.scores, refuse)
  if (mirror.some((axis) => axis >= patch.length))
    refuse('inference_allowed_mirroring_axes', mirror, `the patch has ${patch.length} axes`)
  if (problems.length > 0 || reader === undefined || transpose === undefined || spacing === undefined)
    return problems
  const labelling =
    heads.kind === 'labels'
      ? ({ kind: 'labels' } as const)
      : ({ kind: 'regions', written: heads.written } as const)
  const resampling = { image, scores }
  return { reader, pipeline: { transpose, spacing, normalisation, resampling, patch, mirror, labelling } }
}

/** Says that an entry has no counterpart. */
type Refuse = (key: string, value: unknown, reason: string) => undefined

const mostOutputs = 255

function permutation(axes: readonly number[] | undefined): Pipeline['transpose'] | undefined {
  const [a, b, c] = axes ?? []
  const isWhole = [0, 1, 2].every((axis) => axes?.includes(axis))
  return isWhole && a !== undefined && b !== undefined && c !== undefined ? [a, b, c] : undefined
}

// ---------------------------------------------------------------- normalisation

function schemesOf(
  plans: Plans,
  { preparation: { schemes, masked } }: Configuration,
  { channels }: Heads,
  refuse: Refuse,
): readonly Scheme[] {
  if (schemes?.length !== channels.length) {
    refuse('normalization_schemes', schemes, `there have to be ${channels.length}, one for each channel`)
    return []
  }
  return schemes.flatMap(
    (name, channel) => schemeOf(name, channel, masked?.[channel] ?? false, plans, refuse) ?? [],
  )
}

function schemeOf(
  name: string,
  channel: number,
  masked: boolean,
  { volumes }: Plans,
  refuse: Refuse,
): Scheme | undefined {
  switch (name) {
    case 'CTNormalization': {
      const found = volumes?.intensities[String(channel)]
      if (found === undefined)
        return refuse('foreground_intensity_properties_per_channel', Object.keys(volumes?.intensities ?? {}), `channel ${channel} is normalised by its statistics`) // prettier-ignore
      return { rule: 'ct', low: found.percentile_00_5, high: found.percentile_99_5, mean: found.mean, std: found.std } // prettier-ignore
    }
    case 'ZScoreNormalization':
      return { rule: 'zscore', masked }
    case 'RescaleTo01Normalization':
      return { rule: 'rescale' }
    case 'RGBTo01Normalization':
      return { rule: 'rgb' }
    case 'NoNormalization':
      return { rule: 'none' }
    default:
      return refuse('normalization_schemes', name, 'it is none of those of nnU-Net')
  }
}

// ---------------------------------------------------------------- resampling

/** By SciPy, in float64, and stored in what was given. */
const bySplines = 'resample_data_or_seg_to_shape'
/** By PyTorch, linearly, in float32. */
const byTorch = 'resample_torch_fornnunet'

function imageResampling(call: ResamplingCall, refuse: Refuse): ImageResampling {
  const key = 'resampling_fn_data'
  if (call.name === byTorch) return { order: 1, ...torchResamplingOf(call, key, refuse) }
  const order = call.kwargs['order'] ?? 3
  if (order !== 1 && order !== 3)
    refuse(`${key}_kwargs.order`, order, 'images are resampled with order 1 or 3')
  return { order: order === 1 ? 1 : 3, ...splineResamplingOf(call, key, refuse) }
}

function scoreResampling(call: ResamplingCall, refuse: Refuse): ScoreResampling {
  const key = 'resampling_fn_probabilities'
  if (call.name === byTorch) return { ...torchResamplingOf(call, key, refuse), stored: 'float32' }
  const order = call.kwargs['order'] ?? 3
  if (order !== 1) refuse(`${key}_kwargs.order`, order, 'scores are resampled with order 1')
  return splineResamplingOf(call, key, refuse)
}

/** Of arguments that are absent the defaults of the function. */
function splineResamplingOf({ name, kwargs }: ResamplingCall, key: string, refuse: Refuse): Resampling {
  if (name !== bySplines) refuse(key, name, `it has to be ${bySplines} or ${byTorch}`)
  const { order: _, order_z = 0, force_separate_z = false, ...others } = kwargs
  if (order_z !== 0)
    refuse(`${key}_kwargs.order_z`, order_z, 'along an axis of its own the nearest is taken: 0')
  return resamplingOf({ name: bySplines, kwargs: { ...others, force_separate_z } }, key, refuse)
}

/** Threads, the device and how masks are held change no number. Segmentations are not resampled here. */
function torchResamplingOf({ name, kwargs }: ResamplingCall, key: string, refuse: Refuse): Resampling {
  const { num_threads: _, device: __, memefficient_seg_resampling: ___, ...named } = kwargs
  const { mode = 'linear', aniso_axis_mode = 'nearest-exact', force_separate_z = null, ...others } = named
  if (mode !== 'linear') refuse(`${key}_kwargs.mode`, mode, 'it has to be linear')
  if (aniso_axis_mode !== 'nearest-exact')
    refuse(`${key}_kwargs.aniso_axis_mode`, aniso_axis_mode, 'it has to be nearest-exact')
  return resamplingOf({ name, kwargs: { ...others, force_separate_z } }, key, refuse)
}

/** What both functions are told: which axis is resampled by itself. */
function resamplingOf({ name, kwargs }: ResamplingCall, key: string, refuse: Refuse): Resampling {
  const {
    is_seg = false,
    force_separate_z,
    separate_z_anisotropy_threshold: threshold = anisotropyThreshold,
    ...others
  } = kwargs
  if (is_seg !== false) refuse(`${key}_kwargs.is_seg`, is_seg, 'it has to be false')
  const separation = separations.get(force_separate_z)
  if (separation === undefined)
    refuse(`${key}_kwargs.force_separate_z`, force_separate_z, 'it has to be true, false or null')
  if (typeof threshold !== 'number')
    refuse(`${key}_kwargs.separate_z_anisotropy_threshold`, threshold, 'it has to be a number')
  for (const [other, value] of Object.entries(others))
    refuse(`${key}_kwargs.${other}`, value, `${name} has no such argument`)
  return {
    separation: separation ?? 'auto',
    threshold: typeof threshold === 'number' ? threshold : anisotropyThreshold,
  }
}

const separations: ReadonlyMap<unknown, Separation> = new Map([
  [null, 'auto'],
  [true, 'always'],
  [false, 'never'],
])
