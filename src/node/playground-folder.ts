// The playground as files: what the build has bundled, with the spec that the page begins with.
import { readdirSync } from 'node:fs'
import { join, relative, sep } from 'node:path'
import type { EmittedFile } from '../backends/backend.ts'
import type { Problem } from '../compiler/diagnostics/diagnostic.ts'
import { copiedFile, textAsFile } from './deploy/installed.ts'
import { filesListed, writingExport } from './export-folder.ts'
import type { Stepwise } from './writing.ts'

/** Lists the files: by it a folder is known as a playground. */
const mark = 'playground.json'
/** What the page begins with. */
const startFile = 'start.json'

/** `built` is the folder of the bundle, `start` what the page begins with in place of what the bundle has; plain data. */
export function playgroundFiles(built: string, weft: string, start: unknown): readonly EmittedFile[] {
  const bundled = readdirSync(built, { recursive: true, withFileTypes: true })
    .filter((one) => one.isFile())
    .map((one) => relative(built, join(one.parentPath, one.name)).split(sep).join('/'))
    .toSorted()
  const files = bundled.map((name) =>
    name === startFile && start !== undefined
      ? textAsFile(name, JSON.stringify(start))
      : copiedFile(name, join(built, name)),
  )
  const listed = { weft, files: [...bundled, mark] }
  // Last comes what says that the folder is a playground.
  return [...files, textAsFile(mark, `${JSON.stringify(listed, undefined, 2)}\n`)]
}

export const writingPlayground = (
  files: readonly EmittedFile[],
  directory: string,
): Stepwise<Problem | undefined> => writingExport(files, { directory, mark, ownOf: filesListed('weft') })
