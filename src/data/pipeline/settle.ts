// The pipeline of a recipe that resamples, settled by its training cases: what is left open is decided as nnU-Net's planner decides it.
import { problem, isProblem, type Problem } from '../../compiler/diagnostics/diagnostic.ts'
import type { Normalisation, Preparation } from '../../compiler/semantics/declarations/preparation.ts'
import { isMostlyEmpty, type CaseFindings } from '../fingerprint/fingerprint.ts'
import { intensitiesOf } from '../fingerprint/intensities.ts'
import { quantile, sortedNumbers } from '../fingerprint/quantiles.ts'
import type { Triple } from './grid.ts'
import type { Scheme } from './intensity.ts'
import type { Pipeline } from './pipeline.ts'
import { anisotropyThreshold } from './spacing.ts'

export interface Settling extends Pick<Pipeline, 'patch' | 'mirror' | 'labelling'> {
  readonly preparation: Preparation
  /** Names of the channels. */
  readonly channels: readonly string[]
  /** Of the training cases. */
  readonly findings: readonly Pick<CaseFindings, 'geometry' | 'samples'>[]
}

export function settledPipeline({
  preparation,
  channels,
  findings,
  patch,
  mirror,
  labelling,
}: Settling): Pipeline | Problem {
  const { transpose, resample } = preparation
  const spacings = findings.map(({ geometry }) => geometry.spacing)
  const normalisation: Scheme[] = []
  for (const [channel, name] of channels.entries()) {
    const scheme = schemeOf(
      preparation.normalise?.[channel] ?? usual(name, findings),
      channel,
      name,
      findings,
    )
    if (isProblem(scheme)) return scheme
    normalisation.push(scheme)
  }
  const separation = { separation: 'auto', threshold: anisotropyThreshold } as const
  return {
    transpose,
    spacing: targetSpacingOf(preparation, spacings, patch.length),
    normalisation,
    resampling: { image: { order: resample === 'cubic' ? 3 : 1, ...separation }, scores: separation },
    patch,
    mirror,
    labelling,
  }
}

/** Along the axes of the network, of which one of slices has the last two. */
export function targetSpacingOf(
  { spacing, transpose }: Pick<Preparation, 'spacing' | 'transpose'>,
  cases: readonly Triple[],
  axes: number,
): readonly number[] {
  if (spacing !== 'median') return spacing
  return transpose
    .slice(3 - axes)
    .map((axis) => quantile(sortedNumbers(cases.map((own) => own[axis] ?? 1)), 0.5))
}

const named: ReadonlyMap<string, Normalisation> = new Map([
  ['ct', 'ct'],
  ['nonorm', 'none'],
  ['rescale_to_0_1', 'rescale'],
  ['rgb_to_0_1', 'rgb'],
])

function usual(channel: string, findings: Settling['findings']): Normalisation {
  const isEmpty = isMostlyEmpty(findings.map(({ geometry }) => geometry))
  return named.get(channel.toLowerCase()) ?? (isEmpty ? 'zscore_nonzero' : 'zscore')
}

function schemeOf(
  scheme: Normalisation,
  channel: number,
  name: string,
  findings: Settling['findings'],
): Scheme | Problem {
  switch (scheme) {
    case 'ct': {
      const found = intensitiesOf(findings.flatMap(({ samples }) => samples.slice(channel, channel + 1)))
      if (found === undefined) return problem('ct-without-foreground', { channel: name })
      return { rule: 'ct', low: found.percentile_00_5, high: found.percentile_99_5, mean: found.mean, std: found.std } // prettier-ignore
    }
    case 'zscore':
      return { rule: 'zscore', masked: false }
    case 'zscore_nonzero':
      return { rule: 'zscore', masked: true }
    case 'rescale':
    case 'rgb':
    case 'none':
      return { rule: scheme }
  }
}
