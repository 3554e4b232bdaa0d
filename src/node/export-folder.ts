// The folder that an export of several files goes into: a new one, an empty one, or one that an export wrote before.
import { existsSync, mkdirSync, readdirSync, readFileSync, rmdirSync, rmSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { EmittedFile } from '../backends/backend.ts'
import { isProblem, problem, type Problem } from '../compiler/diagnostics/diagnostic.ts'
import { outputProblem } from './inputs.ts'
import { reasonOf } from './spec-files.ts'
import { writingFiles } from './write-file.ts'
import type { Stepwise } from './writing.ts'

export interface ExportOptions {
  readonly directory: string
  /** The file by which an export is known. */
  readonly mark: string
  /** What else belongs to the export with that file, by its path in the folder; undefined where Weft did not write it. */
  readonly ownOf: (path: string) => readonly string[] | undefined
  readonly onProgress?: ((bytes: number, all: number) => void) | undefined
}

/** Writes all files or none, and takes away what an earlier export had beside them. */
export function* writingExport(
  files: readonly EmittedFile[],
  { directory, mark, ownOf, onProgress }: ExportOptions,
): Stepwise<Problem | undefined> {
  const paths = files.map(({ name }) => join(directory, name))
  const folder = outputProblem([directory, ...paths]) ?? exportFolder(directory, mark, ownOf)
  if (isProblem(folder)) return folder
  const all = files.reduce((sum, { byteCount }) => sum + byteCount, 0)
  const idle = folder.own.map((name) => join(directory, name)).filter((path) => !paths.includes(path))
  let isWhole = false
  try {
    const failed =
      outputProblem(idle) ??
      withFolders(paths) ??
      (yield* writingFiles(
        files.map((file) => ({ path: join(directory, file.name), chunks: () => file.chunks() })),
        (bytes) => onProgress?.(bytes, all),
      ))
    if (failed !== undefined) return failed
    isWhole = true
  } finally {
    if (!isWhole && folder.isNew) rmSync(directory, { recursive: true, force: true })
  }
  for (const path of idle) rmSync(path, { recursive: true, force: true })
  for (const name of foldersOf(folder.own)) removeIfEmpty(join(directory, name))
  return undefined
}

/** For a mark that lists the files of its export: it is Weft's where it has this member too. */
export const filesListed =
  (member: string): ExportOptions['ownOf'] =>
  (path) => {
    const found = parsed(readFileSync(path, 'utf8'))
    if (typeof found !== 'object' || found === null || !('files' in found) || !(member in found))
      return undefined
    const names = Array.isArray(found.files) ? found.files : []
    return names.filter((name): name is string => typeof name === 'string' && isInside(name))
  }

const isInside = (name: string): boolean =>
  /^[\w.-]+(?:\/[\w.-]+)*$/.test(name) && !name.split('/').includes('..')

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** Makes the folders that the files lie in. */
function withFolders(paths: readonly string[]): Problem | undefined {
  for (const path of new Set(paths.map((one) => dirname(one)))) {
    const made = attempt(path, () => mkdirSync(path, { recursive: true }))
    if (isProblem(made)) return made
  }
  return undefined
}

/** The folders that files lie in, those within others first. */
function foldersOf(names: readonly string[]): readonly string[] {
  const folders = new Set<string>()
  for (const name of names)
    for (let folder = dirname(name); folder !== '.'; folder = dirname(folder)) folders.add(folder)
  return [...folders].sort((a, b) => b.length - a.length)
}

/** A person may have taken it away. */
function removeIfEmpty(folder: string): void {
  if (existsSync(folder) && readdirSync(folder).length === 0) rmdirSync(folder)
}

interface ExportFolder {
  readonly isNew: boolean
  /** Files of an earlier export, by name, that go when the new one is complete and has none of that name. */
  readonly own: readonly string[]
}

/** The folder, there to be written into; or why it is not. */
function exportFolder(
  directory: string,
  mark: string,
  ownOf: ExportOptions['ownOf'],
): ExportFolder | Problem {
  return attempt(directory, (): ExportFolder | Problem => {
    const present = statSync(directory, { throwIfNoEntry: false })
    if (present === undefined) {
      mkdirSync(directory)
      return { isNew: true, own: [] }
    }
    if (!present.isDirectory())
      return problem('file-unwritable', { path: directory, reason: 'it is not a directory' })
    const names = readdirSync(directory)
    if (names.length === 0) return { isNew: false, own: [] }
    const own = names.includes(mark) ? ownOf(join(directory, mark)) : undefined
    if (own !== undefined) return { isNew: false, own }
    const found = names.includes(mark) ? `a ${mark} that Weft did not write` : (names.toSorted()[0] ?? '')
    return problem('folder-not-export', { path: directory, found })
  })
}

/** What the system refuses is a problem; anything else is a mistake of ours and goes on. */
function attempt<T>(path: string, action: () => T): T | Problem {
  try {
    return action()
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && 'syscall' in error)) throw error
    return problem('file-unwritable', { path, reason: reasonOf(String(error.code)) })
  }
}
