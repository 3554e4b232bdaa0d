// A folder for files that live as long as a run: it goes when it is removed, and when a signal ends the program before.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { isProblem, problem, type Problem } from '../compiler/diagnostics/diagnostic.ts'
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

const endingSignals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

/** The folder, or why the system's directory for such files (TMPDIR) takes none. */
export function temporaryFolder(prefix: string): TemporaryFolder | Problem {
  const path = made(join(tmpdir(), prefix))
  if (isProblem(path)) return path
  const remove = (): void => {
    rmSync(path, { recursive: true, force: true })
    for (const signal of endingSignals) process.off(signal, end)
  }
  const end = (signal: NodeJS.Signals): void => {
    remove()
    // Where others listen too, they have been told already.
    if (process.listenerCount(signal) === 0) process.kill(process.pid, signal)
  }
  for (const signal of endingSignals) process.on(signal, end)
  return { path, remove }
}
