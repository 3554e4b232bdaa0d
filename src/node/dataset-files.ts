// Datasets on the disk in nnU-Net's raw layout: dataset.json, imagesTr/CASE_0000.nii.gz, labelsTr/CASE.nii.gz; and folders of images alone.
import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { isProblem, problem, type Problem } from '../compiler/diagnostics/diagnostic.ts'
import { suggest } from '../compiler/text/suggest.ts'
import type { DatasetDescription, LabelledCase } from '../data/case.ts'
import { readDescription } from '../data/dataset-json.ts'
import { readImage, readLabels, type ReadImage } from './nifti-files.ts'
import { readText, systemProblem } from './spec-files.ts'

export interface Dataset {
  readonly folder: string
  readonly description: DatasetDescription
  /** Names of the training cases, sorted. */
  readonly cases: readonly string[]
  /** Reads and checks one case; nothing is kept: whoever reads a case twice may keep it. */
  readCase(name: string): Promise<LabelledCase | Problem>
}

export interface ImageFolder {
  readonly folder: string
  /** Sorted. */
  readonly cases: readonly string[]
  readCase(name: string): Promise<ReadImage | Problem>
}

/** Opens a dataset's folder: its description and its list of cases. The files of a case are looked at when it is read. */
export function openDataset(folder: string): Dataset | Problem {
  const path = join(folder, 'dataset.json')
  const text = readText(path, path)
  if (isProblem(text)) return text
  const found = readDescription(text, path)
  if (isProblem(found)) return found
  const { description, ending, count, names } = found
  const images = openImages(join(folder, 'imagesTr'), description.channels.length, ending)
  if (isProblem(images)) return images
  const cases = names ?? images.cases
  if (count !== undefined && count !== cases.length)
    return problem('dataset-malformed', {
      path,
      reason: `\`numTraining\` is ${count} cases, and ${names === undefined ? 'imagesTr holds' : 'it lists'} ${cases.length} of them`,
    })
  const readCase = async (name: string): Promise<LabelledCase | Problem> =>
    cases.includes(name)
      ? readLabelled(name, images, join(folder, 'labelsTr', `${name}${ending}`), description.classes.length)
      : unknownCase(name, folder, cases)
  return { folder, description, cases, readCase }
}

async function readLabelled(
  name: string,
  images: ImageFolder,
  labelPath: string,
  classes: number,
): Promise<LabelledCase | Problem> {
  const found = await images.readCase(name)
  if (isProblem(found)) return found
  if (!existsSync(labelPath))
    return problem('dataset-file-missing', { path: labelPath, what: 'labels', name })
  const { image, grid, remarks } = found
  const read = await readLabels(labelPath, classes, { grid })
  return isProblem(read) ? read : { name, image, labels: read.labels, remarks: [...remarks, ...read.remarks] }
}

const unknownCase = (name: string, folder: string, cases: readonly string[]): Problem =>
  problem('case-unknown', { name, folder, suggestion: suggest(name, cases) })

const channelFile = /^(.+)_(\d{4})(\.nii(?:\.gz)?)$/

/** A folder of images without labels: CASE_0000.nii.gz and so on; `ending` is .nii.gz or .nii, either where it is left out. */
export function openImages(folder: string, channels: number, ending?: string): ImageFolder | Problem {
  const files = filesIn(folder)
  if (isProblem(files)) return files
  const byCase = new Map<string, Map<number, string>>()
  for (const file of files) {
    const [, name = '', channel = '', end = ''] = channelFile.exec(file) ?? []
    if (name === '' || (ending !== undefined && end !== ending)) continue
    const known = byCase.get(name) ?? new Map<number, string>()
    byCase.set(name, known.set(Number(channel), file))
  }
  if (byCase.size === 0)
    return problem('dataset-empty', {
      path: folder,
      wanted: `no file is called CASE_0000${ending ?? '.nii.gz'}`,
    })
  const cases = [...byCase.keys()].sort()
  const readCase = async (name: string): Promise<ReadImage | Problem> => {
    const found = byCase.get(name)
    const paths = found === undefined ? unknownCase(name, folder, cases) : channelPaths(name, found)
    return isProblem(paths) ? paths : readImage(paths)
  }
  const channelPaths = (name: string, found: ReadonlyMap<number, string>): string[] | Problem => {
    const extra = [...found].find(([channel]) => channel >= channels)?.[1]
    if (extra !== undefined)
      return problem('channels-extra', { path: join(folder, extra), name, declared: channels })
    const missing = Array.from({ length: channels }, (_, k) => k).find((channel) => !found.has(channel))
    if (missing === undefined)
      return [...found].sort(([a], [b]) => a - b).map(([, file]) => join(folder, file))
    const file = `${name}_${String(missing).padStart(4, '0')}${ending ?? '.nii.gz'}`
    return problem('dataset-file-missing', { path: join(folder, file), what: `channel ${missing}`, name })
  }
  return { folder, cases, readCase }
}

/** Names of the files, without hidden ones. */
function filesIn(folder: string): readonly string[] | Problem {
  try {
    return readdirSync(folder).filter((name) => !name.startsWith('.'))
  } catch (error) {
    return systemProblem(error, folder)
  }
}
