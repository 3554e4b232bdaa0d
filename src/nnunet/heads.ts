// dataset.json as networks see it: channels in, channels out, what the outputs stand for. Counted as nnU-Net counts them (LabelManager of
// nnunetv2 2.8.1, utilities/label_handling/label_handling.py), which takes labels with gaps that Weft's own training refuses.
import { problem, type Problem } from '../compiler/diagnostics/diagnostic.ts'
import type { DatasetDescription } from '../data/case.ts'
import { labelsOfClasses } from '../data/targets.ts'
import { nnunetDataset } from '../json/generated/nnunet-dataset.ts'
import { faultsText, readJson } from '../json/read.ts'

export interface Heads {
  /** Names of the image's channels. */
  readonly channels: readonly string[]
  /** Names of the output's channels, in their order. */
  readonly outputs: readonly string[]
  /** For each output the labels of a predicted map that belong to it: its own place, whatever its value is, or those of the region. */
  readonly members: readonly (readonly number[])[]
  /** The label that is written for each output where it is a region. */
  readonly written: readonly number[]
  /** Outputs are regions, each by a sigmoid, without the background; otherwise labels, by a softmax. */
  readonly kind: 'labels' | 'regions'
  /** The label of voxels that nobody has labelled; it has no output. */
  readonly ignore: number | undefined
  /** What files of images end in, where it is said. */
  readonly ending: string | undefined
  /** Labels but the background and `ignore`: so many channels a cascade adds to its input. */
  readonly foregroundCount: number
}

interface Label {
  readonly name: string
  readonly values: readonly number[]
  readonly isRegion: boolean
}

/** Reads the text of a dataset.json. */
export function readHeads(text: string, path: string): Heads | Problem {
  const malformed = (reason: string): Problem => problem('dataset-malformed', { path, reason })
  const held = readJson(text, nnunetDataset)
  if (held.kind === 'faults') return malformed(faultsText(held.faults))
  const { labels, channel_names, modality, regions_class_order: order, file_ending: ending } = held.data
  const channels = channel_names ?? modality
  if (channels === undefined || Object.keys(channels).length === 0)
    return malformed('`channel_names` is missing')
  const all = Object.entries(labels).map(labelOf)
  const given = all.filter(({ name }) => name !== 'ignore')
  const strange = all.find(({ values }) => values.some(Number.isNaN))
  if (strange !== undefined)
    return malformed(`\`labels\` has ${JSON.stringify(strange.name)} without a number`)
  const background = given.find(({ name }) => name === 'background')
  if (background?.values.join() !== '0') return malformed('`labels` has no `background` that is 0')
  const values = [...new Set(given.flatMap((one) => one.values))].toSorted((a, b) => a - b)
  const ignore = all.find(({ name }) => name === 'ignore')?.values
  const next = Math.max(...values) + 1
  if (ignore !== undefined && ignore.join() !== String(next))
    return malformed(
      `the label to \`ignore\` is ${ignore.join(', ')}, and it has to be the one after all others: ${next}`,
    )
  const common = {
    channels: Object.values(channels),
    ignore: ignore?.[0],
    written: order ?? [],
    ending,
    foregroundCount: values.filter((value) => value !== 0).length,
  }
  if (!given.some(({ values: own, isRegion }) => isRegion && own.length > 1))
    return {
      ...common,
      kind: 'labels',
      outputs: values.map((value) => namesOf(given, value)),
      members: values.map((_, channel) => [channel]),
    }
  const regions = given.filter(({ values: own }) => own.some((value) => value !== 0))
  if (order?.length !== regions.length)
    return malformed(
      `\`regions_class_order\` has to have a label for each of the ${regions.length} regions, and has ${order?.length ?? 'none'}`,
    )
  return {
    ...common,
    kind: 'regions',
    outputs: regions.map(({ name }) => name),
    members: regions.map((one) => one.values),
  }
}

/** Second form: `"tumour": 1`, or a list for a region; first form: `"1": "tumour"`. */
function labelOf([key, value]: readonly [string, number | string | readonly number[]]): Label {
  if (typeof value === 'string') return { name: value, values: [Number(key)], isRegion: false }
  return typeof value === 'number'
    ? { name: key, values: [value], isRegion: false }
    : { name: key, values: value, isRegion: true }
}

const namesOf = (labels: readonly Label[], value: number): string =>
  labels
    .filter(({ values }) => values.includes(value))
    .map(({ name }) => name)
    .join('/')

/** The same of a dataset that Weft reads itself, whose labels have no gaps. */
export function describedHeads({ channels, classes, regions, ignore }: DatasetDescription): Heads {
  const labels = labelsOfClasses({ classes, ...(regions === undefined ? {} : { regions }) })
  const foregroundCount = new Set(labels.flat()).size
  const common = { channels, ignore, ending: undefined, foregroundCount }
  return regions === undefined
    ? { ...common, kind: 'labels', outputs: classes, members: classes.map((_, k) => [k]), written: [] }
    : {
        ...common,
        kind: 'regions',
        outputs: classes.slice(1),
        members: labels,
        written: regions.map(({ written }) => written),
      }
}
