// The folder that an export of several files goes into: a new one, an empty one, or one that an export wrote before.
import { mkdirSync, readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { problem, type Problem } from '../compiler/diagnostics/diagnostic.ts'
import { reasonOf } from './spec-files.ts'

export interface ExportFolder {
  readonly isNew: boolean
  /** Files of an earlier export, by name, that go when the new one is complete and has none of that name. */
  readonly own: readonly string[]
}

/**
 * The folder, there to be written into; or why it is not. `mark` is the file by which an export is known, and `ownOf` gives what else
 * belongs to it: undefined where Weft did not write it.
 */
export function exportFolder(
  directory: string,
  mark: string,
  ownOf: (path: string) => readonly string[] | undefined,
): ExportFolder | Problem {
  try {
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
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && 'syscall' in error)) throw error
    return problem('file-unwritable', { path: directory, reason: reasonOf(String(error.code)) })
  }
}
