// `dataset.json`, the description of a dataset in nnU-Net's raw layout, of its second form and of its first.
// The layout: https://github.com/MIC-DKFZ/nnUNet/blob/master/documentation/dataset_format.md
import { isProblem, problem, type Problem } from '../compiler/diagnostics/diagnostic.ts'
import { nnunetDataset, type NnunetDataset } from '../json/generated/nnunet-dataset.ts'
import { faultsText, readJson } from '../json/read.ts'
import type { DatasetDescription } from './case.ts'
import { pictureEndings } from './picture.ts'
import { inOrder, malformed, readDatasetLabels } from './dataset-labels.ts'

export interface DescribedDataset {
  readonly description: DatasetDescription
  /** `.nii.gz`, `.nii`, `.nrrd`, `.mha`, `.png`, `.tif` or `.tiff`. */
  readonly ending: string
  /** The class that nnU-Net reads the files by, where it does not choose one itself. */
  readonly reader: string | undefined
  /** `numTraining`, where it is given. */
  readonly count: number | undefined
  /** The training cases, sorted by their names, where the description lists them. */
  readonly listed: readonly ListedCase[] | undefined
}

/** A training case with the places of its files beneath the dataset's folder, as the description lists them. */
export interface ListedCase {
  /** That of the image's file, without channel and ending. */
  readonly name: string
  /** Without the channel's number, or the first channel's file, or the only one. */
  readonly image: string
  readonly labels: string
}

const endings: readonly string[] = ['.nii.gz', '.nii', '.nrrd', '.mha', ...pictureEndings]

export function readDescription(text: string, path: string): DescribedDataset | Problem {
  const entries = parsed(text, path)
  if (isProblem(entries)) return entries
  const channels = channelNames(entries, path)
  if (isProblem(channels)) return channels
  const labelled = readDatasetLabels(entries, path)
  if (isProblem(labelled)) return labelled
  const ending = entries.file_ending ?? '.nii.gz'
  if (!endings.includes(ending))
    return unsupported(path, `files ending in ${shown(ending)}`, `these are read: ${endings.join(', ')}`)
  if ('dataset' in entries)
    return unsupported(
      path,
      'files at places of its own (`dataset`)',
      'images are looked for in imagesTr, labels in labelsTr',
    )
  const listed = listedCases(entries, path, ending)
  if (isProblem(listed)) return listed
  const { numTraining: count, name = 'dataset', overwrite_image_reader_writer: reader } = entries
  return { description: { name, channels, ...labelled }, ending, reader, count, listed }
}

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

/** The first form lists its training cases: `{ "image": "./imagesTr/a.nii.gz", "label": "./labelsTr/a.nii.gz" }`. */
function listedCases(
  { training }: NnunetDataset,
  path: string,
  ending: string,
): readonly ListedCase[] | undefined | Problem {
  if (training === undefined) return undefined
  const cases: ListedCase[] = []
  for (const { image, label } of training) {
    const wrong = [image, label].find((one) => insideOf(one, ending) === undefined)
    if (wrong !== undefined)
      return malformed(
        path,
        `\`training\` has ${shown(wrong)}, which is no file in its folder that ends in ${ending}`,
      )
    const [place, labels] = [insideOf(image, ending) ?? '', insideOf(label, ending) ?? '']
    const base = place.slice(place.lastIndexOf('/') + 1, -ending.length)
    cases.push({ name: base.replace(/_0000$/, ''), image: place, labels })
  }
  const sorted = cases.toSorted((a, b) => (a.name < b.name ? -1 : 1))
  const twice = sorted.find(({ name }, at) => name === sorted[at + 1]?.name)
  return twice === undefined ? sorted : malformed(path, `\`training\` lists ${twice.name} twice`)
}

/** A path beneath the dataset's folder without `.` and `..`; undefined where it leads out of it or names no file of this ending. */
function insideOf(path: string, ending: string): string | undefined {
  const steps: string[] = []
  for (const step of path.split('/')) {
    if (step === '..' && steps.pop() === undefined) return undefined
    if (step !== '..' && step !== '.' && step !== '') steps.push(step)
  }
  const isFile = (steps.at(-1)?.length ?? 0) > ending.length && path.endsWith(ending)
  return path.startsWith('/') || !isFile ? undefined : steps.join('/')
}
