// The fingerprint of a dataset: what a plan is made of, and what the recipes of trainings that resample are settled by.
// nnunetv2 2.8.1, dataset_fingerprint/fingerprint_extractor.py.
import type { Extents, LabelledCase } from '../case.ts'
import { cropped, extentsOf, nonzeroBox } from '../pipeline/crop.ts'
import { voxelsOf, type Triple } from '../pipeline/grid.ts'
import { labelsOfClasses, type Labelling } from '../targets.ts'
import { labelled, type Intensities, type Sample } from './intensities.ts'
import { median } from './quantiles.ts'

export interface CaseFingerprint {
  readonly name: string
  /** Millimetres, in the order of the extents. */
  readonly spacing: Triple
  readonly extents: Extents
  /** Of the box about everything that is not 0 in some channel. */
  readonly cropped: Extents
}

export interface ClassFingerprint {
  readonly name: string
  readonly voxels: number
  /** Cases that have one of these voxels. */
  readonly cases: number
}

export interface Fingerprint {
  readonly cases: readonly CaseFingerprint[]
  /** Of each channel over labelled voxels. */
  readonly intensities: readonly { readonly channel: string; readonly found: Intensities }[]
  /** Without the background. */
  readonly classes: readonly ClassFingerprint[]
}

/** Below this share of the voxels in the box, by the median of the cases, z-scores leave out what is 0 outside. */
const maskedBelow = 3 / 4

/** The median over the cases of the share of a volume that its box has. */
export const boxShare = (cases: readonly CaseFingerprint[]): number =>
  median(cases.map(({ cropped, extents }) => voxelsOf(cropped) / voxelsOf(extents)))

/** Whether most volumes have so much empty space that statistics of the whole box would be those of nothing. */
export const isMostlyEmpty = (cases: readonly CaseFingerprint[]): boolean => boxShare(cases) < maskedBelow

/** What one case contributes. */
export interface CaseFindings {
  readonly geometry: CaseFingerprint
  /** Of each class but the background. */
  readonly voxels: readonly number[]
  /** Of each channel. */
  readonly samples: readonly Sample[]
}

/** `sample` takes a channel's labelled voxels in the order of the volume, channel after channel. */
export function findingsOf(
  { name, image, labels }: LabelledCase,
  spacing: Triple,
  dataset: Labelling,
  sample: (values: Float32Array) => Sample,
): CaseFindings {
  const { extents } = image.geometry
  const voxels = voxelsOf(extents)
  const channels = Array.from({ length: image.channels }, (_, k) => image.data.subarray(k * voxels, (k + 1) * voxels)) // prettier-ignore
  const box = nonzeroBox(channels, extents)
  const inBox = cropped({ extents, data: labels.data }, box).data
  return {
    geometry: { name, spacing, extents, cropped: extentsOf(box) },
    voxels: voxelsOfClasses(labels.data, dataset),
    samples: channels.map((data) => sample(labelled(cropped({ extents, data }, box).data, inBox))),
  }
}

function voxelsOfClasses(labels: Uint8Array, dataset: Labelling): readonly number[] {
  const found = new Float64Array(256)
  for (const label of labels) found[label] = (found[label] ?? 0) + 1
  return labelsOfClasses(dataset).map((own) => own.reduce((all, label) => all + (found[label] ?? 0), 0))
}

export const classesOf = (
  { classes }: Labelling,
  findings: readonly Pick<CaseFindings, 'voxels'>[],
): readonly ClassFingerprint[] =>
  classes.slice(1).map((name, k) => {
    const counts = findings.map(({ voxels }) => voxels[k] ?? 0)
    return { name, voxels: counts.reduce((a, b) => a + b, 0), cases: counts.filter((n) => n > 0).length }
  })
