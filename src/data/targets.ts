// What the channels of a network's output stand for, what of a label map they are held against, and how they become a label again.
import type { LossActivation } from '../compiler/semantics/declarations/losses.ts'
import type { DatasetDescription, Region } from './case.ts'

/**
 * Without `regions` each channel is a class, and a voxel has the one that is its label. With them each channel is a set of labels by itself:
 * a voxel lies in as many of them as have its label.
 */
export interface Targets {
  readonly regions?: readonly (readonly number[])[]
  /** Voxels of this label count nowhere: nobody has said what they are. */
  readonly ignore?: number
}

/** What a dataset says of its labels. */
export type Labelling = Pick<DatasetDescription, 'classes' | 'regions' | 'ignore'>

/** How many channels an output needs: by a softmax the background has one too. */
export const channelsFor = ({ classes }: Pick<Labelling, 'classes'>, activation: LossActivation): number =>
  activation === 'softmax' ? classes.length : classes.length - 1

/** By a sigmoid a class without regions of its own is the region of its one label. */
export function targetsOf(dataset: Labelling, activation: LossActivation): Targets {
  const ignore = dataset.ignore === undefined ? {} : { ignore: dataset.ignore }
  return activation === 'softmax' ? ignore : { regions: labelsOfClasses(dataset), ...ignore }
}

/** The labels of each class but the background. */
export const labelsOfClasses = ({
  classes,
  regions,
}: Pick<Labelling, 'classes' | 'regions'>): readonly (readonly number[])[] =>
  regions?.map(({ labels }) => labels) ?? classes.slice(1).map((_, k) => [k + 1])

/** How many labels a map may have: they count from 0 to the last one, which may be that of voxels to ignore. */
export const labelsIn = (dataset: Labelling): number =>
  1 + Math.max(dataset.ignore ?? 0, ...labelsOfClasses(dataset).flat())

const labelCount = 256

/** Of each label and region, `256 × regions`: 1 where the label lies in the region. */
export function membershipOf(regions: readonly (readonly number[])[]): Uint8Array {
  const member = new Uint8Array(labelCount * regions.length)
  for (const [channel, labels] of regions.entries())
    for (const label of labels) member[label * regions.length + channel] = 1
  return member
}

/** Turns the scores of a plane, an array of voxels for each channel, into labels, which are 0 before. */
export type Decision = (scores: readonly Float32Array[], labels: Uint8Array) => void

export function decisionOf({ regions }: Pick<Labelling, 'regions'>, activation: LossActivation): Decision {
  if (activation === 'softmax') return greatest
  return regions === undefined ? greatestOverHalf : inOrder(regions)
}

/** The channel of the greatest score, of equal ones the first. */
export const greatest: Decision = (scores, labels) => {
  const best = scores[0]?.slice() ?? new Float32Array(labels.length)
  for (const [label, plane] of scores.entries()) raise(best, plane, labels, label)
}

/** The class of the greatest probability where that is more than a half, else the background, which has no channel. */
const greatestOverHalf: Decision = (scores, labels) => {
  const best = new Float32Array(labels.length).fill(0.5)
  for (const [channel, plane] of scores.entries()) raise(best, plane, labels, channel + 1)
}

/** Each region over those before it, where its probability is more than a half: nnU-Net's `regions_class_order`. */
const inOrder =
  (regions: readonly Region[]): Decision =>
  (scores, labels) => {
    for (const [channel, { written }] of regions.entries()) {
      const plane = scores[channel] ?? new Float32Array()
      for (let at = 0; at < labels.length; at++) if ((plane[at] ?? 0) > 0.5) labels[at] = written
    }
  }

function raise(best: Float32Array, plane: Float32Array, labels: Uint8Array, label: number): void {
  for (let at = 0; at < labels.length; at++) {
    const score = plane[at] ?? 0
    if (score <= (best[at] ?? 0)) continue
    best[at] = score
    labels[at] = label
  }
}
