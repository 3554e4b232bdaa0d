// Where cases come from, as `--data` says: a folder in nnU-Net's raw layout, or phantoms made on the spot.
import { resolve } from 'node:path'
import { isProblem, type Problem } from '../../compiler/diagnostics/diagnostic.ts'
import type { DatasetDescription, LabelledCase } from '../../data/case.ts'
import { describePhantoms, isPhantom, parsePhantom, phantomCase, phantomNames } from '../../data/phantom.ts'
import { openDataset } from '../dataset-files.ts'

export interface DataSource {
  /** As a run remembers it: `phantom:…`, or the folder's absolute path. */
  readonly origin: string
  readonly description: DatasetDescription
  /** Sorted. */
  readonly cases: readonly string[]
  readCase(name: string): Promise<LabelledCase | Problem>
}

export function openDataSource(data: string): DataSource | Problem {
  if (!isPhantom(data)) {
    const found = openDataset(data)
    return isProblem(found) ? found : { ...found, origin: resolve(data) }
  }
  const settings = parsePhantom(data)
  if (isProblem(settings)) return settings
  return {
    origin: data,
    description: describePhantoms(settings),
    cases: phantomNames(settings),
    readCase: async (name) => phantomCase(settings, name),
  }
}

/** Reads all of the named cases; the first problem ends it. Waits between cases, so that a signal is heard. */
export async function readCases(
  source: DataSource,
  names: readonly string[],
  onCase: (done: number, all: number) => void = () => {},
): Promise<readonly LabelledCase[] | Problem> {
  const cases: LabelledCase[] = []
  for (const name of names) {
    const found = await source.readCase(name)
    if (isProblem(found)) return found
    cases.push(found)
    onCase(cases.length, names.length)
    await new Promise(setImmediate)
  }
  return cases
}
