// A file's bytes in pieces, gzip undone where its first bytes say so: what is read of a large file is never in memory as a whole.
import { closeSync, createReadStream, openSync, readSync, statSync } from 'node:fs'
import { pipeline } from 'node:stream'
import { createGunzip } from 'node:zlib'
import { problem, type Problem } from '../compiler/diagnostics/diagnostic.ts'
import { noteInput } from './inputs.ts'
import { reasonOf, systemProblem } from './spec-files.ts'

export interface FileBytes {
  readonly path: string
  /** As the file has them, packed or not. */
  readonly size: number
  readonly isPacked: boolean
}

/** What is there under a path, without reading more than its first bytes. */
export function openBytes(path: string): FileBytes | Problem {
  try {
    const stat = statSync(path)
    if (stat.isFile()) {
      noteInput(path, 'an image that is read')
      return { path, size: stat.size, isPacked: startsAsGzip(path) }
    }
    const reason = stat.isDirectory() ? reasonOf('EISDIR') : 'not a regular file'
    return problem('file-unreadable', { path, reason })
  } catch (error) {
    return systemProblem(error, path)
  }
}

function startsAsGzip(path: string): boolean {
  const file = openSync(path, 'r')
  try {
    const start = new Uint8Array(2)
    readSync(file, start)
    return start[0] === 0x1f && start[1] === 0x8b
  } finally {
    closeSync(file)
  }
}

const pieceBytes = 1 << 18

/**
 * Hands the unpacked bytes over piece by piece, until there are no more or `take` says that it has enough. All members of a packed
 * file follow one another.
 */
export async function readPieces(
  { path, isPacked }: FileBytes,
  take: (bytes: Uint8Array) => 'more' | 'enough',
): Promise<Problem | undefined> {
  const file = createReadStream(path, { highWaterMark: pieceBytes })
  // Errors arrive where the last stream is read.
  const pieces = isPacked ? pipeline(file, createGunzip({ chunkSize: pieceBytes }), () => {}) : file
  try {
    for await (const piece of pieces) if (take(piece as Uint8Array) === 'enough') break
    return undefined
  } catch (error) {
    return streamProblem(error, path)
  }
}

function streamProblem(error: unknown, path: string): Problem {
  const code = error instanceof Error && 'code' in error ? String(error.code) : ''
  if (!code.startsWith('Z_')) return systemProblem(error, path)
  const reason = code === 'Z_BUF_ERROR' ? 'its gzip data end too early' : 'its gzip data are damaged'
  return problem('nifti-malformed', { path, reason })
}
