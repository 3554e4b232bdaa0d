// The lock of a run's folder: one process trains there at a time. It says whose it is, so that what a killed process left is recognised.
import {
  closeSync,
  fsyncSync,
  linkSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { problem, type Problem } from '../../compiler/diagnostics/diagnostic.ts'
import { beginningOf, isAlive } from '../processes.ts'
import { writeProblem } from '../write-file.ts'

export const lockFile = '.lock'

export interface RunLock {
  release(): void
}

/** Who holds a lock. */
interface Owner {
  readonly host: string
  readonly process: number
  /** Tells it from a later process of the same number; null where the system does not say. */
  readonly beginning: string | null
  readonly since: string
}

/** Takes the lock of a folder that is there; a problem where another process, or another run of this one, has it. */
export function lockRun(folder: string): RunLock | Problem {
  const path = join(folder, lockFile)
  try {
    return taken(folder, `${JSON.stringify(self())}\n`)
  } catch (error) {
    return writeProblem(error, path)
  }
}

function taken(folder: string, text: string): RunLock | Problem {
  const path = join(folder, lockFile)
  while (!isCreated(path, text)) {
    const found = textOf(path)
    const held = found === undefined ? undefined : holding(found, folder)
    if (held !== undefined) return held
    if (found !== undefined) removeStale(path, found)
  }
  return { release: () => (textOf(path) === text ? rmSync(path, { force: true }) : undefined) }
}

/** Why the lock of a folder cannot be taken now; nothing is changed. */
export function lockProblem(folder: string): Problem | undefined {
  const path = join(folder, lockFile)
  try {
    const found = textOf(path)
    return found === undefined ? undefined : holding(found, folder)
  } catch (error) {
    return writeProblem(error, path)
  }
}

/** The problem that a lock of this text is; undefined where its owner is gone. */
function holding(text: string, folder: string): Problem | undefined {
  const lock = join(folder, lockFile)
  const owner = ownerIn(text)
  const isHeld = owner === undefined ? isFresh(lock) : !isGone(owner)
  return isHeld
    ? problem('run-locked', { path: folder, lock, ...(owner === undefined ? {} : { owner }) })
    : undefined
}

function self(): Owner {
  const { pid } = process
  return {
    host: hostname(),
    process: pid,
    beginning: beginningOf(pid) ?? null,
    since: new Date().toISOString(),
  }
}

/** Only this machine's processes can be asked after. */
function isGone({ host, process: id, beginning }: Owner): boolean {
  if (host !== hostname()) return false
  return !isAlive(id) || (beginning !== null && (beginningOf(id) ?? beginning) !== beginning)
}

/** Makes the file; false where there is one. */
function isCreated(path: string, text: string): boolean {
  const fd = unless('EEXIST', () => openSync(path, 'wx'))
  if (fd === undefined) return false
  try {
    writeSync(fd, text)
    fsyncSync(fd)
    return true
  } finally {
    closeSync(fd)
  }
}

/**
 * Takes away a lock of this text, whose owner is gone. Of several that try, each moves what it finds out of the way first: one that meets the
 * new lock of a faster one puts it back.
 */
function removeStale(path: string, text: string): void {
  const aside = `${path}.${process.pid}`
  unless('ENOENT', () => renameSync(path, aside))
  if ((textOf(aside) ?? text) !== text) unless('EEXIST', () => linkSync(aside, path))
  rmSync(aside, { force: true })
}

/** What an action gives; undefined where the system refuses it with this code. */
function unless<T>(code: string, action: () => T): T | undefined {
  try {
    return action()
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === code) return undefined
    throw error
  }
}

/** Milliseconds between making a lock and writing into it, at most. */
const writingMs = 10_000

/** A lock without an owner is one that is just being written, or what a power cut left. */
function isFresh(path: string): boolean {
  const stat = statSync(path, { throwIfNoEntry: false })
  return stat !== undefined && Date.now() - stat.mtimeMs < writingMs
}

const textOf = (path: string): string | undefined => unless('ENOENT', () => readFileSync(path, 'utf8'))

function ownerIn(text: string): Owner | undefined {
  try {
    const json: unknown = JSON.parse(text)
    return isOwner(json) ? json : undefined
  } catch {
    return undefined
  }
}

function isOwner(json: unknown): json is Owner {
  if (typeof json !== 'object' || json === null) return false
  const { host, process: id, beginning, since }: Partial<Record<keyof Owner, unknown>> = json
  const isNumber = Number.isSafeInteger(id) && Number(id) > 0
  return (
    typeof host === 'string' &&
    isNumber &&
    (beginning === null || typeof beginning === 'string') &&
    typeof since === 'string'
  )
}
