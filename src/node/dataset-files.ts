// Datasets on the disk in nnU-Net's raw layout: dataset.json, imagesTr/CASE_0000.nii.gz, labelsTr/CASE.nii.gz; and folders of images alone.
// Other volumes than NIfTI and pictures end as their formats do; in a folder of images a channel may be a folder of DICOM slices.
import { existsSync, readdirSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { isProblem, problem, type Problem } from '../compiler/diagnostics/diagnostic.ts'
import type { OrientationPolicy } from '../compiler/semantics/declarations/train.ts'
import { suggest } from '../compiler/text/suggest.ts'
import type { CaseShape, DatasetDescription, LabelledCase } from '../data/case.ts'
import { readDescription, type DescribedDataset, type ListedCase } from '../data/dataset-json.ts'
import { isPicture } from '../data/picture.ts'
import { labelsIn } from '../data/targets.ts'
import {
  caseEndings,
  readCaseImage,
  readCaseShape,
  type CaseFiles,
  type OpenedImage,
  type Reading,
} from './case-files.ts'
import { isFolder } from './images/open-volume.ts'
import { noteInput } from './inputs.ts'
import { readText, systemProblem } from './spec-files.ts'

export interface Dataset {
  readonly folder: string
  readonly description: DatasetDescription
  /** What its files end in. */
  readonly ending: string
  /** The reader of nnU-Net's that the description asks for. */
  readonly reader: string | undefined
  /** Names of the training cases, sorted. */
  readonly cases: readonly string[]
  /** Files beside the images that belong to no case, told by `ignoredFiles`; what a description lists needs no others. */
  readonly ignored: Pick<ImageFolder, 'folder' | 'ignored'>
  /** What the headers of a case's files say. */
  inspect(name: string): Promise<CaseShape | Problem>
  /** Reads and checks one case; nothing is kept: whoever reads a case twice may keep it. */
  readCase(name: string): Promise<LabelledCase | Problem>
}

export interface ImageFolder {
  readonly folder: string
  /** Sorted. */
  readonly cases: readonly string[]
  /** Names of what is no channel of a case, sorted; hidden files are not counted. */
  readonly ignored: readonly string[]
  /** The files of a case, one for each channel; pictures may hold several. */
  pathsOf(name: string): readonly string[] | Problem
  /** What the headers of a case's files say. */
  inspect(name: string): Promise<CaseShape | Problem>
  readCase(name: string): Promise<OpenedImage | Problem>
}

/** Opens a dataset's folder: its description and its list of cases. The files of a case are looked at when it is read. */
export function openDataset(folder: string, orientation: OrientationPolicy = 'strict'): Dataset | Problem {
  const path = join(folder, 'dataset.json')
  const text = readText(path, path, 'the description of the dataset')
  if (isProblem(text)) return text
  const found = readDescription(text, path)
  if (isProblem(found)) return found
  const { description, ending, reader, count, listed } = found
  const places = listed === undefined ? namedCases(folder, found) : listedCases(folder, listed, found)
  if (isProblem(places)) return places
  const { cases, ignored } = places
  if (count !== undefined && count !== cases.length)
    return problem('dataset-malformed', {
      path,
      reason: `\`numTraining\` is ${count} cases, and ${listed === undefined ? 'imagesTr holds' : 'it lists'} ${cases.length} of them`,
    })
  const filesOf = (name: string): LabelledFiles | Problem => {
    if (!cases.includes(name)) return unknownCase(name, folder, cases)
    const files = places.filesOf(name)
    return isProblem(files) || existsSync(files.labels)
      ? files
      : problem('dataset-file-missing', { path: files.labels, what: 'labels', name })
  }
  const reading = { channels: description.channels.length, orientation }
  const inspect = async (name: string): Promise<CaseShape | Problem> => {
    const files = filesOf(name)
    return isProblem(files) ? files : readCaseShape(files, reading)
  }
  const readCase = async (name: string): Promise<LabelledCase | Problem> => {
    const files = filesOf(name)
    return isProblem(files) ? files : readLabelled(name, files, labelsIn(description), reading)
  }
  return { folder, description, ending, reader, cases, ignored, inspect, readCase }
}

type LabelledFiles = Required<CaseFiles>

/** The cases of a dataset and where their files have to be. */
interface CasePlaces extends Pick<Dataset, 'cases' | 'ignored'> {
  filesOf(name: string): LabelledFiles | Problem
}

/** Cases by the names of the files in imagesTr. */
function namedCases(folder: string, { description, ending }: DescribedDataset): CasePlaces | Problem {
  const images = openImages(join(folder, 'imagesTr'), description.channels.length, { endings: [ending] })
  if (isProblem(images)) return images
  const filesOf = (name: string): LabelledFiles | Problem => {
    const paths = images.pathsOf(name)
    return isProblem(paths) ? paths : { images: paths, labels: join(folder, 'labelsTr', `${name}${ending}`) }
  }
  return { cases: images.cases, ignored: images, filesOf }
}

/** Cases at the places that the description lists. */
function listedCases(
  folder: string,
  listed: readonly ListedCase[],
  { description, ending }: DescribedDataset,
): CasePlaces {
  const channels = description.channels.length
  const byName = new Map(listed.map((one) => [one.name, one]))
  const folders = new Map<string, FilesByCase | Problem>()
  const filesIn = (place: string): FilesByCase | Problem => {
    const known = folders.get(place) ?? channelFilesIn(place, ending)
    folders.set(place, known)
    return known
  }
  const filesOf = (name: string): LabelledFiles | Problem => {
    const one = byName.get(name)
    if (one === undefined) return unknownCase(name, folder, [...byName.keys()])
    const image = join(folder, one.image)
    const there = filesIn(dirname(image))
    const paths = isProblem(there) ? there : listedImages(name, image, there, { channels, ending })
    return isProblem(paths) ? paths : { images: paths, labels: join(folder, one.labels) }
  }
  return { cases: [...byName.keys()], ignored: { folder, ignored: [] }, filesOf }
}

function channelFilesIn(folder: string, ending: string): FilesByCase | Problem {
  const files = filesIn(folder)
  return isProblem(files) ? files : sorted(folder, files, [ending]).byCase
}

/** Of `a.nii.gz` the files `a_0000.nii.gz` and so on, or that file itself where one channel is all. */
function listedImages(
  name: string,
  image: string,
  there: FilesByCase,
  { channels, ending }: Omit<Declared, 'folder'>,
): readonly string[] | Problem {
  const found = there.get(basename(image, ending)) ?? there.get(name)
  if (found === undefined && (channels === 1 || isPicture(image)) && existsSync(image)) return [image]
  return channelPaths(name, found ?? new Map(), { folder: dirname(image), channels, ending })
}

async function readLabelled(
  name: string,
  files: LabelledFiles,
  labels: number,
  reading: Reading,
): Promise<LabelledCase | Problem> {
  const found = await readCaseImage(files, reading)
  if (isProblem(found)) return found
  const { image, remarks } = found
  const read = await found.readLabels(files.labels, labels)
  return isProblem(read) ? read : { name, image, labels: read.labels, remarks: [...remarks, ...read.remarks] }
}

const unknownCase = (name: string, folder: string, cases: readonly string[]): Problem =>
  problem('case-unknown', { name, folder, suggestion: suggest(name, cases) })

const channelFile = /^(.+)_(\d{4})(\..+|)$/

/** Files of the cases of a folder, by channel: two where one is there packed and unpacked. */
type FilesByCase = ReadonlyMap<string, ReadonlyMap<number, readonly string[]>>

export interface ImageOptions {
  /** What names end in, all kinds of images unless given; nothing for folders of DICOM slices. */
  readonly endings?: readonly string[]
  readonly orientation?: OrientationPolicy
}

/** A folder of images without labels: CASE_0000.nii.gz and so on. */
export function openImages(
  folder: string,
  channels: number,
  { endings = [...caseEndings, ofSeries], orientation = 'strict' }: ImageOptions = {},
): ImageFolder | Problem {
  const files = filesIn(folder)
  if (isProblem(files)) return files
  const [usual = ''] = endings
  const { byCase, ignored } = sorted(folder, files, endings)
  if (byCase.size === 0)
    return problem('dataset-empty', {
      path: folder,
      wanted: `no file is called CASE_0000${usual}`,
      others: ignored,
    })
  for (const found of byCase.values())
    for (const file of [...found.values()].flat()) noteInput(join(folder, file), 'an image that is read')
  const cases = [...byCase.keys()].sort()
  const pathsOf = (name: string): readonly string[] | Problem => {
    const found = byCase.get(name)
    if (found === undefined) return unknownCase(name, folder, cases)
    return channelPaths(name, found, { folder, channels, ending: usual })
  }
  const reading = { channels, orientation }
  const inspect = async (name: string): Promise<CaseShape | Problem> => {
    const paths = pathsOf(name)
    return isProblem(paths) ? paths : readCaseShape({ images: paths }, reading)
  }
  const readCase = async (name: string): Promise<OpenedImage | Problem> => {
    const paths = pathsOf(name)
    return isProblem(paths) ? paths : readCaseImage({ images: paths }, reading)
  }
  return { folder, cases, ignored, pathsOf, inspect, readCase }
}

/** Of a folder of DICOM slices, whose name ends with the number of the channel. */
export const ofSeries = ''

function sorted(
  folder: string,
  files: readonly string[],
  endings: readonly string[],
): { readonly byCase: FilesByCase; readonly ignored: readonly string[] } {
  const byCase = new Map<string, Map<number, string[]>>()
  const ignored: string[] = []
  for (const file of files) {
    const [, name = '', channel = '', end = ''] = channelFile.exec(file) ?? []
    if (name === '' || !endings.includes(end) || (end === ofSeries && !isFolder(join(folder, file)))) {
      ignored.push(file)
      continue
    }
    const known = byCase.get(name) ?? new Map<number, string[]>()
    byCase.set(name, known.set(Number(channel), [...(known.get(Number(channel)) ?? []), file]))
  }
  return { byCase, ignored: ignored.sort() }
}

interface Declared {
  readonly folder: string
  readonly channels: number
  readonly ending: string
}

/** One file for each channel that is declared, in their order; as many pictures as there are, since one may hold several. */
function channelPaths(
  name: string,
  found: ReadonlyMap<number, readonly string[]>,
  { folder, channels, ending }: Declared,
): readonly string[] | Problem {
  const [extra] = [...found].find(([channel]) => channel >= channels)?.[1] ?? []
  if (extra !== undefined)
    return problem('channels-extra', { path: join(folder, extra), name, declared: channels })
  const paths: string[] = []
  const hasPictures = [...found.values()].flat().some(isPicture)
  const count = hasPictures ? Math.max(...found.keys()) + 1 : channels
  for (let channel = 0; channel < count; channel++) {
    const [file, other] = found.get(channel) ?? []
    if (file === undefined) {
      const path = join(folder, `${name}_${String(channel).padStart(4, '0')}${ending}`)
      return problem('dataset-file-missing', { path, what: `channel ${channel}`, name })
    }
    if (other !== undefined) return problem('case-twice', { path: join(folder, file), other, name, channel })
    paths.push(join(folder, file))
  }
  return paths
}

/** What a folder holds besides cases, said once. */
export function ignoredFiles({
  folder,
  ignored,
}: Pick<ImageFolder, 'folder' | 'ignored'>): Problem | undefined {
  return ignored.length === 0 ? undefined : problem('files-ignored', { path: folder, files: ignored })
}

/** Names of the files, without hidden ones. */
function filesIn(folder: string): readonly string[] | Problem {
  try {
    return readdirSync(folder).filter((name) => !name.startsWith('.'))
  } catch (error) {
    return systemProblem(error, folder)
  }
}
