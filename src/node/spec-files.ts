// Source files from the disk: inside one project directory only, of bounded size, UTF-8.
import { existsSync, readdirSync, readFileSync, realpathSync, statSync } from 'node:fs'
import { basename, dirname, join, relative, resolve, sep } from 'node:path'
import type { SourceHost } from '../compiler/compile.ts'
import { noteInput } from './inputs.ts'
import { defaultLimits } from '../compiler/semantics/values/limits.ts'
import { isProblem, problem, type Problem } from '../compiler/diagnostics/diagnostic.ts'

export const maxFileBytes = defaultLimits.fileBytes

export interface Located {
  readonly host: SourceHost
  /** Path of the file in its project, with `/`. */
  readonly entry: string
  /** Real path of the project directory. */
  readonly root: string
}

/** Reads files beneath `root`; symbolic links that lead out of it do not exist for it. */
export function nodeHost(root: string): SourceHost {
  const realRoot = realpathSync(root)
  const read = (path: string): string | Problem | undefined => {
    const found = readInside(realRoot, path)
    return isProblem(found) && found.name === 'file-missing' ? undefined : found
  }
  return { read }
}

/**
 * Where a file named on the command line stands. Its project is `project`; by default the current directory when the file lies
 * beneath it, else the file's own directory.
 */
export function locate(file: string, project?: string): Located | Problem {
  const path = systemPath(file)
  if (isProblem(path)) return path
  const root = systemPath(project ?? (isBeneath(realpathSync('.'), path) ? '.' : dirname(path)))
  if (isProblem(root)) return root
  if (!isBeneath(root, path)) return problem('file-outside-project', { path: file, root: project ?? root })
  const text = readText(path, file, 'the spec')
  if (isProblem(text)) return text
  return { host: nodeHost(root), entry: toProjectPath(relative(root, path)), root }
}

/**
 * A file's text; what keeps it from being read is a problem that calls it `shown`. `what` it is to the command keeps it from being written
 * over.
 */
export function readText(path: string, shown: string, what: string, limit = maxFileBytes): string | Problem {
  const bytes = readBytes(path, shown, what, limit)
  return isProblem(bytes) ? bytes : decode(bytes, shown)
}

/** The same without a look at what the bytes are. */
export function readBytes(path: string, shown: string, what: string, limit: number): Uint8Array | Problem {
  try {
    const stat = statSync(path)
    if (stat.isDirectory()) return problem('file-is-directory', { path: shown, specs: specsIn(path, shown) })
    if (!stat.isFile()) return problem('file-unreadable', { path: shown, reason: 'not a regular file' })
    if (stat.size > limit) return problem('file-too-many-bytes', { path: shown, bytes: stat.size, limit })
    noteInput(path, what)
    return readFileSync(path)
  } catch (error) {
    return systemProblem(error, shown)
  }
}

/** The specs of a directory, or of the `spec/` that an imported model has; undefined where neither has any. */
function specsIn(path: string, shown: string): string | undefined {
  const folder = ['.', 'spec'].find((name) => {
    const place = join(path, name)
    return existsSync(place) && readdirSync(place).some((file) => file.endsWith('.weft'))
  })
  return folder === undefined ? undefined : join(shown, folder, '*.weft')
}

/** Fails on bytes that are not UTF-8 instead of replacing them. A byte order mark is dropped. */
export function decode(bytes: Uint8Array, shown: string): string | Problem {
  const text = new TextDecoder('utf-8').decode(bytes)
  const offset = firstReplaced(bytes)
  return offset === undefined ? text : problem('file-not-utf8', { path: shown, offset })
}

function firstReplaced(bytes: Uint8Array): number | undefined {
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(bytes)
    return undefined
  } catch {
    const text = new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes)
    const encoded = new TextEncoder().encode(text)
    const offset = encoded.findIndex((byte, at) => byte !== bytes[at])
    return offset === -1 ? encoded.length : offset
  }
}

/** What the system says about a path, as a problem; anything that is not the system's error is ours and goes on. */
export function systemProblem(error: unknown, shown: string): Problem {
  const code = error instanceof Error && 'code' in error ? String(error.code) : undefined
  if (code === undefined) throw error
  if (code === 'ENOENT' || code === 'ENOTDIR') return problem('file-missing', { path: shown })
  return problem('file-unreadable', { path: shown, reason: reasonOf(code) })
}

export function reasonOf(code: string): string {
  const words: Readonly<Record<string, string>> = {
    EACCES: 'permission denied',
    EPERM: 'operation not permitted',
    ELOOP: 'too many symbolic links',
    ENOSPC: 'no space left',
    EROFS: 'read-only file system',
    ENOENT: 'its directory does not exist',
    ENOTDIR: 'its directory does not exist',
    EISDIR: 'it is a directory',
    EDQUOT: 'the disk quota is used up',
    EFBIG: 'the file would be too large',
    EIO: 'the device reports an error',
    ENAMETOOLONG: 'the name is too long',
    EPIPE: 'its reader has gone',
    EBADF: 'it is closed',
    ENXIO: 'nothing is at its other end',
  }
  return words[code] ?? code
}

function readInside(root: string, path: string): string | Problem {
  const absolute = join(root, path)
  if (!isBeneath(root, absolute)) return problem('file-outside-project', { path, root: basename(root) })
  const real = systemPath(absolute, path)
  if (isProblem(real)) return real
  return isBeneath(root, real)
    ? readText(real, path, 'a file that the spec imports')
    : problem('file-outside-project', { path, root: basename(root) })
}

function systemPath(path: string, shown = path): string | Problem {
  try {
    return realpathSync(resolve(path))
  } catch (error) {
    return systemProblem(error, shown)
  }
}

function isBeneath(root: string, path: string): boolean {
  return path.startsWith(root.endsWith(sep) ? root : root + sep)
}

function toProjectPath(path: string): string {
  return path.split(sep).join('/')
}
