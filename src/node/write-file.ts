// Files written whole or not at all: beside their places first, renamed when every one of them is complete.
import {
  accessSync,
  chmodSync,
  closeSync,
  constants,
  fstatSync,
  fsyncSync,
  openSync,
  readdirSync,
  readlinkSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  type Stats,
} from 'node:fs'
import { basename, dirname, join, resolve } from 'node:path'
import { isProblem, problem, type Problem } from '../compiler/diagnostics/diagnostic.ts'
import { outputProblem } from './inputs.ts'
import { isAlive } from './processes.ts'
import { reasonOf } from './spec-files.ts'
import { writeFully } from './write-fully.ts'
import { atOnce, type Stepwise } from './writing.ts'

export interface FileToWrite {
  readonly path: string
  /** The content, piece by piece, so that it need not be in memory as a whole. A problem among them ends the writing. */
  chunks(): Iterable<Uint8Array | Problem>
}

/** A file while it is written. */
interface Draft {
  /** What the caller calls it. */
  readonly path: string
  /** Where it ends up, behind all symbolic links. */
  readonly target: string
  /** Where it is written: the target itself where that is a device or a pipe, which nothing can take the place of. */
  readonly place: string
  readonly fd: number
}

/** A text as a file. */
export const textFile = (path: string, text: string): FileToWrite => ({
  path,
  chunks: () => [new TextEncoder().encode(text)],
})

const symbolicLinkLimit = 40
const besideLimit = 100

/**
 * Writes all files, or none; none in place of what the command has read. A symbolic link is followed, a file that is replaced keeps its mode, a directory is never replaced.
 * They are renamed in the given order, so the last one to appear may be the one that names the others.
 * `onProgress` is told how many bytes of all files together are written.
 */
export function writeFiles(
  files: readonly FileToWrite[],
  onProgress: (bytes: number) => void = () => {},
): Problem | undefined {
  return atOnce(writingFiles(files, onProgress))
}

/** The same chunk by chunk. Abandoned between two of them, it leaves nothing behind. */
export function* writingFiles(
  files: readonly FileToWrite[],
  onProgress: (bytes: number) => void = () => {},
): Stepwise<Problem | undefined> {
  const misdirected = outputProblem(files.map(({ path }) => path))
  if (misdirected !== undefined) return misdirected
  const drafts: Draft[] = []
  try {
    const failed = yield* writingDrafts(files, drafts, onProgress)
    return failed ?? renameAll(drafts)
  } finally {
    // Those that were renamed have left their places.
    discard(drafts)
  }
}

function* writingDrafts(
  files: readonly FileToWrite[],
  drafts: Draft[],
  onProgress: (bytes: number) => void,
): Stepwise<Problem | undefined> {
  let written = 0
  const count = (bytes: number): void => onProgress((written += bytes))
  for (const file of files) {
    const draft = attempt(file.path, () => open(file.path))
    if (isProblem(draft)) return draft
    drafts.push(draft)
    const failed = yield* writingDraft(file, draft, count)
    if (failed !== undefined) return failed
  }
  return undefined
}

function* writingDraft(
  file: FileToWrite,
  draft: Draft,
  count: (bytes: number) => void,
): Stepwise<Problem | undefined> {
  const { fd, place, target } = draft
  try {
    for (const chunk of file.chunks()) {
      const done = isProblem(chunk) ? chunk : attempt(file.path, () => writeFully(fd, chunk))
      if (isProblem(done)) return done
      count(done)
      yield
    }
    // Devices and pipes have nothing to bring to a disk.
    const flushed = place === target ? undefined : attempt(file.path, () => fsyncSync(fd))
    return isProblem(flushed) ? flushed : undefined
  } finally {
    // A standard stream is not ours to close.
    if (fd > 2) closeSync(fd)
  }
}

/** What the system refuses is a problem; anything else is a mistake of ours and goes on. */
function attempt<T>(path: string, action: () => T): T | Problem {
  try {
    return action()
  } catch (error) {
    return writeProblem(error, path)
  }
}

/** What the system says about writing a path, as a problem; anything that is not the system's error is ours and goes on. */
export function writeProblem(error: unknown, path: string): Problem {
  if (!(error instanceof Error && 'code' in error && 'syscall' in error)) throw error
  return problem('file-unwritable', { path, reason: reasonOf(String(error.code)) })
}

function open(path: string): Draft | Problem {
  const present = statSync(path, { throwIfNoEntry: false })
  if (present?.isDirectory() === true) return problem('file-unwritable', { path, reason: reasonOf('EISDIR') })
  const stream = present === undefined ? undefined : standardStream(present)
  if (stream !== undefined) return { path, target: path, place: path, fd: stream }
  if (present !== undefined) accessSync(path, constants.W_OK)
  // It may have no place of its own that a link leads to: `/dev/fd/3` for a pipe.
  if (present?.isFile() === false) return { path, target: path, place: path, fd: openSync(path, 'w') }
  const target = behindLinks(resolve(path))
  return { path, target, ...openBeside(target, present) }
}

/** The stream of this process that a file is, as `/dev/stdout` is: it goes on where it stands, and is not replaced. */
function standardStream({ dev, ino }: Stats): number | undefined {
  return [1, 2].find((fd) => {
    const own = fstatSync(fd)
    return own.dev === dev && own.ino === ino && !own.isCharacterDevice()
  })
}

/** Where a new file of this name ends up: links are followed even when they lead to nothing yet. */
function behindLinks(path: string): string {
  let at = path
  for (let step = 0; step < symbolicLinkLimit; step++) {
    const real = realOrNothing(at)
    if (real !== undefined) return real
    const folder = realpathSync(dirname(at))
    const next = linkAt(at)
    if (next === undefined) return join(folder, basename(at))
    at = resolve(folder, next)
  }
  return realpathSync(path)
}

const realOrNothing = (path: string): string | undefined => unlessMissing(() => realpathSync(path))
const linkAt = (path: string): string | undefined => unlessMissing(() => readlinkSync(path))

function unlessMissing(action: () => string): string | undefined {
  try {
    return action()
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
    throw error
  }
}

/** In the same directory, since a rename cannot leave its file system. A name that is taken belongs to somebody else. */
function openBeside(target: string, present: Stats | undefined): { place: string; fd: number } {
  removeDrafts(dirname(target), [basename(target)])
  const start = join(dirname(target), `${draftStart(basename(target))}${process.pid}`)
  for (let count = 0; ; count++) {
    const place = count === 0 ? `${start}.tmp` : `${start}.${count}.tmp`
    try {
      const fd = openSync(place, 'wx')
      if (present !== undefined) chmodSync(place, present.mode)
      return { place, fd }
    } catch (error) {
      const taken = error instanceof Error && 'code' in error && error.code === 'EEXIST'
      if (!taken || count === besideLimit) throw error
    }
  }
}

/** Short enough for any file system, whatever the target is called. */
const draftStart = (name: string): string => `.${name.slice(0, 50)}.`
/** After that: the process, and a number where it has several. */
const draftEnd = /^(\d+)(?:\.\d+)?\.tmp$/

/** Removes what was left half written of files of these names by processes that are gone. */
export function removeDrafts(folder: string, names: readonly string[]): void {
  const starts = names.map(draftStart)
  ifAllowed(() => {
    for (const found of readdirSync(folder)) {
      const start = starts.find((one) => found.startsWith(one))
      const [, owner] = draftEnd.exec(found.slice(start?.length ?? found.length)) ?? []
      if (owner !== undefined && !isAlive(Number(owner))) rmSync(join(folder, found), { force: true })
    }
  })
}

/** What the system refuses here is no loss. */
function ifAllowed(action: () => void): void {
  try {
    action()
  } catch (error) {
    if (!(error instanceof Error && 'code' in error)) throw error
  }
}

function renameAll(drafts: readonly Draft[]): Problem | undefined {
  for (const { path, place, target } of drafts) {
    const failed = attempt(path, () => (place === target ? undefined : renameSync(place, target)))
    if (isProblem(failed)) return failed
  }
  flushFolders(drafts)
  return undefined
}

/** Brings the new names to the disk too, where the system can: on others a power cut may bring the old files back, which are whole. */
function flushFolders(drafts: readonly Draft[]): void {
  const renamed = drafts.filter(({ place, target }) => place !== target)
  for (const folder of new Set(renamed.map(({ target }) => dirname(target)))) {
    ifAllowed(() => {
      const fd = openSync(folder, 'r')
      fsyncSync(fd)
      closeSync(fd)
    })
  }
}

function discard(drafts: readonly Draft[]): void {
  for (const { place, target } of drafts) if (place !== target) rmSync(place, { force: true })
}
