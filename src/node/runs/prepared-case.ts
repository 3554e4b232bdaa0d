// A case ready to draw patches from, as its run has it: as it was read and normalised as a whole, or through the pipeline.
import { isProblem, problem, type Problem } from '../../compiler/diagnostics/diagnostic.ts'
import type { Image, LabelledCase } from '../../data/case.ts'
import type { ChannelRule } from '../../data/normalise.ts'
import { networkView, type Pipeline, type Volume } from '../../data/pipeline/pipeline.ts'
import { prepareCase, type PreparedCase } from '../../data/sampling.ts'
import type { Labelling } from '../../data/targets.ts'

/** What is done with a case before a network sees it. */
export interface Preparing {
  readonly rules: readonly ChannelRule[]
  readonly dataset: Labelling
  /** In the place of the rules. */
  readonly pipeline: Pipeline | undefined
}

export function preparedCase(
  one: LabelledCase,
  { rules, dataset, pipeline }: Preparing,
): PreparedCase | Problem {
  if (pipeline === undefined) return prepareCase(one, rules, dataset)
  const resampled = resampledCase(one, pipeline)
  if (isProblem(resampled)) return resampled
  return prepareCase(
    resampled,
    rules.map(() => ({ rule: 'none' })),
    dataset,
  )
}

/** As the network sees it; where its voxels lie in the scanner is not known any more. */
function resampledCase({ name, image, labels }: LabelledCase, pipeline: Pipeline): LabelledCase | Problem {
  const view = networkView(volumeOf(image), labels.data, pipeline)
  if (typeof view === 'string') return problem('volume-unfit', { name, reason: view })
  const { extents, spacing, channels } = view
  const geometry = {
    extents,
    spacing,
    affine: [spacing[2], 0, 0, 0, 0, spacing[1], 0, 0, 0, 0, spacing[0], 0],
  }
  const data = new Float32Array(channels.reduce((sum, one) => sum + one.length, 0))
  for (const [k, channel] of channels.entries()) data.set(channel, k * channel.length)
  return {
    name,
    image: { geometry, channels: channels.length, data },
    labels: { geometry, data: view.labels },
  }
}

/** An image as the pipeline takes it. */
export function volumeOf({ geometry: { extents, spacing }, channels, data }: Image): Volume {
  const voxels = data.length / channels
  return {
    extents,
    spacing,
    channels: Array.from({ length: channels }, (_, k) => data.subarray(k * voxels, (k + 1) * voxels)),
  }
}
