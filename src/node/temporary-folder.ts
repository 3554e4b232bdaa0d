// A folder for files that live as long as a run: it goes when it is removed, and when a signal ends the program before.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

export interface TemporaryFolder {
  readonly path: string
  remove(): void
}

const endingSignals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

export function temporaryFolder(prefix: string): TemporaryFolder {
  const path = mkdtempSync(join(tmpdir(), prefix))
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
