// Where cases come from, as `--data` says: a folder in nnU-Net's raw layout, or phantoms made on the spot.
import { resolve } from 'node:path'
import { isProblem, type Problem } from '../../compiler/diagnostics/diagnostic.ts'
import type { OrientationPolicy } from '../../compiler/semantics/declarations/train.ts'
import type { CaseShape, DatasetDescription, LabelledCase } from '../../data/case.ts'
import { describePhantoms, isPhantom, parsePhantom, phantomCase, phantomNames } from '../../data/phantom.ts'
import { ignoredFiles, openDataset } from '../dataset-files.ts'

export interface DataSource {
  /** As a run remembers it: `phantom:…`, or the folder's absolute path. */
  readonly origin: string
  readonly description: DatasetDescription
  /** What its files end in, or would. */
  readonly ending: string
  /** The reader of nnU-Net's that a dataset asks for. */
  readonly reader: string | undefined
  /** Sorted. */
  readonly cases: readonly string[]
  /** What has no place in the data and is left out. */
  readonly ignored: Problem | undefined
  /** How large a case is, without reading its voxels; what its headers get wrong is found. */
  inspect(name: string): Promise<CaseShape | Problem>
  readCase(name: string): Promise<LabelledCase | Problem>
}

export function openDataSource(
  data: string,
  orientation: OrientationPolicy = 'strict',
): DataSource | Problem {
  if (!isPhantom(data)) {
    const found = openDataset(data, orientation)
    if (isProblem(found)) return found
    return { ...found, origin: resolve(data), ignored: ignoredFiles(found.ignored) }
  }
  const settings = parsePhantom(data)
  if (isProblem(settings)) return settings
  return {
    origin: data,
    description: describePhantoms(settings),
    cases: phantomNames(settings),
    ignored: undefined,
    ending: settings.extents[0] === 1 ? '.png' : '.nii.gz',
    reader: undefined,
    inspect: async () => ({ extents: settings.extents, channels: settings.channels, spacing: [1, 1, 1] }),
    readCase: async (name) => phantomCase(settings, name),
  }
}
