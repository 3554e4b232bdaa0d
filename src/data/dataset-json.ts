// `dataset.json`, the description of a dataset in nnU-Net's raw layout, of its second form and of its first.
// The layout: https://github.com/MIC-DKFZ/nnUNet/blob/master/documentation/dataset_format.md
import { isProblem, problem, type Problem } from '../compiler/diagnostics/diagnostic.ts'
import { nnunetDataset, type NnunetDataset } from '../json/generated/nnunet-dataset.ts'
import { faultsText, readJson } from '../json/read.ts'
import type { DatasetDescription } from './case.ts'

export interface DescribedDataset {
  readonly description: DatasetDescription
  /** `.nii.gz` or `.nii`. */
  readonly ending: string
  /** `numTraining`, where it is given. */
  readonly count: number | undefined
  /** The names of the training cases, sorted, where the description lists them. */
  readonly names: readonly string[] | undefined
}

/** More classes do not fit a byte per voxel. */
const classLimit = 256

export function readDescription(text: string, path: string): DescribedDataset | Problem {
  const entries = parsed(text, path)
  if (isProblem(entries)) return entries
  const channels = channelNames(entries, path)
  if (isProblem(channels)) return channels
  const classes = classNames(entries, path)
  if (isProblem(classes)) return classes
  const ending = entries.file_ending ?? '.nii.gz'
  if (ending !== '.nii.gz' && ending !== '.nii')
    return unsupported(path, `files ending in ${shown(ending)}`, 'NIfTI files are read, .nii.gz and .nii')
  if ('dataset' in entries)
    return unsupported(
      path,
      'files at places of its own (`dataset`)',
      'images are looked for in imagesTr, labels in labelsTr',
    )
  const names = trainingNames(entries, path, ending)
  if (isProblem(names)) return names
  const { numTraining: count, name = 'dataset' } = entries
  return { description: { name, channels, classes }, ending, count, names }
}

const malformed = (path: string, reason: string): Problem => problem('dataset-malformed', { path, reason })
const unsupported = (path: string, feature: string, reason: string): Problem =>
  problem('dataset-unsupported', { path, feature, reason })
const shown = (value: unknown): string => JSON.stringify(value)

function parsed(text: string, path: string): NnunetDataset | Problem {
  const held = readJson(text, nnunetDataset)
  return held.kind === 'held' ? held.data : malformed(path, faultsText(held.faults))
}

function channelNames(entries: NnunetDataset, path: string): readonly string[] | Problem {
  const { channel_names: names, modality } = entries
  const given = names ?? modality
  if (given === undefined) return malformed(path, '`channel_names` is missing')
  const numbered = new Map(Object.entries(given).map(([number, name]) => [Number(number), name]))
  return inOrder(numbered, names === undefined ? 'modality' : 'channel_names', path)
}

/** Names by their numbers, which must be 0, 1, 2, … without gaps. */
function inOrder(
  numbered: ReadonlyMap<number, unknown>,
  key: string,
  path: string,
): readonly string[] | Problem {
  const names: string[] = []
  for (let number = 0; number < numbered.size; number++) {
    const name = numbered.get(number)
    if (typeof name !== 'string')
      return malformed(path, `\`${key}\` has no name for ${number}: they are numbered from 0 without gaps`)
    names.push(name)
  }
  return names.length === 0 ? malformed(path, `\`${key}\` is empty`) : names
}

/** Second form: `{ "tumour": 1 }`; first form: `{ "1": "tumour" }`. */
function classNames(entries: NnunetDataset, path: string): readonly string[] | Problem {
  const given = entries.labels
  const pairs = Object.entries(given)
  if (pairs.some(([, value]) => Array.isArray(value)) || 'regions_class_order' in entries)
    return unsupported(path, 'regions of several labels', 'every voxel has exactly one class here')
  if ('ignore' in given) return unsupported(path, 'an ignore label', 'every voxel counts in the loss')
  const first = pairs.every(([key, value]) => typeof value === 'string' && /^\d+$/.test(key))
  const numbered = new Map(
    pairs.map(([key, value]) => (first ? ([Number(key), value] as const) : ([Number(value), key] as const))),
  )
  if (numbered.size < pairs.length) return malformed(path, 'two classes in `labels` have the same number')
  if (numbered.size < 2 || numbered.size > classLimit)
    return malformed(path, `\`labels\` has ${numbered.size} classes; 2 to ${classLimit} are possible`)
  return inOrder(numbered, 'labels', path)
}

/** The first form lists its training cases: `{ "image": "./imagesTr/a.nii.gz", "label": "./labelsTr/a.nii.gz" }`. */
function trainingNames(
  { training }: NnunetDataset,
  path: string,
  ending: string,
): readonly string[] | undefined | Problem {
  if (training === undefined) return undefined
  const names: string[] = []
  for (const one of training) {
    const file = one.label.split('/').pop() ?? ''
    if (!file.endsWith(ending) || file === ending)
      return malformed(path, `\`training\` has the entry ${shown(one)}, not an image and a label`)
    names.push(file.slice(0, -ending.length))
  }
  const sorted = names.toSorted()
  const twice = sorted.find((name, at) => name === sorted[at + 1])
  return twice === undefined ? sorted : malformed(path, `\`training\` lists ${twice} twice`)
}
