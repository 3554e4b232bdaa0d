// A folder for files that live as long as a run: it goes when it is removed, and when a signal ends the program before.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { isProblem, problem, type Problem } from '../compiler/diagnostics/diagnostic.ts'
import { listen, obey, stopListening, stopListeningLater } from './signals.ts'
import { reasonOf } from './spec-files.ts'

export interface TemporaryFolder {
  readonly path: string
  remove(): void
}

function made(prefix: string): string | Problem {
  try {
    return mkdtempSync(prefix)
  } catch (error) {
    if (!(error instanceof Error && 'code' in error)) throw error
    return problem('file-unwritable', { path: tmpdir(), reason: reasonOf(String(error.code)) })
  }
}

/** The folder, or why the system's directory for such files (TMPDIR) takes none. */
export function temporaryFolder(prefix: string): TemporaryFolder | Problem {
  const clear = (): void => {
    if (!isProblem(path)) rmSync(path, { recursive: true, force: true })
  }
  const end = (signal: NodeJS.Signals): void => {
    clear()
    stopListening(end)
    obey(signal)
  }
  // Before there is anything to clear: a signal that came in between would end the program and leave the folder.
  listen(end)
  const path = made(join(tmpdir(), prefix))
  if (isProblem(path)) {
    stopListening(end)
    return path
  }
  const remove = (): void => {
    clear()
    stopListeningLater(end)
  }
  return { path, remove }
}
