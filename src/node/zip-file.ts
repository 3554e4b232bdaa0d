// Zip archives on the disk: the directory is in memory, contents are read at their places, whole or in part.
import { closeSync, createReadStream, openSync } from 'node:fs'
import { pipeline, type Readable } from 'node:stream'
import { createInflateRaw } from 'node:zlib'
import type { Problem } from '../compiler/diagnostics/diagnostic.ts'
import {
  contentOffset,
  crc32,
  end64Bytes,
  localBytes,
  parseDirectory,
  parseEnd,
  parseEnd64,
  tailBytes,
  type DirectoryPlace,
  type ZipRecord,
} from '../weights/torch/zip.ts'
import { systemProblem } from './spec-files.ts'
import { readAt, type OpenFile } from './tensor-file.ts'
import { writeProblem } from './write-file.ts'
import { writeFully } from './write-fully.ts'

export interface ZipFile {
  readonly records: ReadonlyMap<string, ZipRecord>
  /** So many bytes of a record that is stored as it is, fewer where it ends. Its checksum is compared once, before any of it is given. */
  read(record: ZipRecord, begin: number, count: number): Uint8Array<ArrayBuffer> | Problem
  /** Writes a record to a file, unpacked and piece by piece, and compares its checksum. */
  unpack(record: ZipRecord, path: string): Promise<Problem | undefined>
}

/** No checkpoint has a directory of so many bytes: it would be of a million records. */
const directoryLimit = 2 ** 26

/** `damaged` is the problem of an archive that is not what it should be, and why. */
export function openZip(file: OpenFile, damaged: (reason: string) => Problem): ZipFile | Problem {
  const place = directoryOf(file)
  if (typeof place === 'string') return damaged(place)
  const parsed = parseDirectory(readAt(file.fd, place.begin, place.bytes), place.records)
  if (typeof parsed === 'string') return damaged(parsed)
  const records = new Map(parsed.map((one) => [one.name, one]))
  if (records.size < parsed.length) return damaged('its directory lists a record twice')
  const begins = new Map<ZipRecord, number>()
  // torch.save may leave checksums out, of all records.
  const isChecked = parsed.some(({ crc }) => crc !== 0)
  const read: ZipFile['read'] = (record, begin, count) => {
    const known = begins.get(record)
    const start = known ?? contentOf(file, record, { isChecked, end: place.begin })
    if (typeof start === 'string') return damaged(start)
    begins.set(record, start)
    const wanted = Math.min(count, record.bytes - begin)
    const bytes = readAt(file.fd, start + begin, wanted)
    return bytes.length < wanted ? damaged(`it became shorter while \`${record.name}\` was read`) : bytes
  }
  const unpack: ZipFile['unpack'] = async (record, path) => {
    const wrong = await unpackInto(file, record, { path, end: place.begin })
    return typeof wrong === 'string' ? damaged(wrong) : wrong
  }
  return { records, read, unpack }
}

function directoryOf({ fd, bytes }: OpenFile): DirectoryPlace | string {
  const tail = readAt(fd, Math.max(0, bytes - tailBytes), tailBytes)
  const end = parseEnd(tail)
  if (end === undefined) return 'it has no directory at its end, where a zip archive has it'
  const place =
    end.kind === 'here' ? end.place : end.at > bytes ? undefined : parseEnd64(readAt(fd, end.at, end64Bytes))
  if (place === undefined || place.begin + place.bytes > bytes)
    return 'its directory is said to be outside of the file'
  return place.bytes > directoryLimit
    ? `its directory has ${place.bytes} bytes, more than ${directoryLimit}`
    : place
}

/** Where the content of a record that is stored as it is begins, once it has been found to be what was written. */
function contentOf(
  file: OpenFile,
  record: ZipRecord,
  { isChecked, end }: { readonly isChecked: boolean; readonly end: number },
): number | string {
  const { name, bytes, packed } = record
  const how = packed === 'deflated' ? 'compressed' : packed
  if (how !== undefined) return `\`${name}\` is ${how}, and torch.save stores everything as it is`
  const begin = beginOf(file, record, end)
  return typeof begin === 'number' && isChecked && checksumOf(file, begin, bytes) !== record.crc
    ? otherBytes(name)
    : begin
}

const otherBytes = (name: string): string =>
  `the bytes of \`${name}\` do not have the checksum of the directory`

/** Where a record's bytes begin, packed or not. */
function beginOf({ fd }: OpenFile, { name, at, packedBytes }: ZipRecord, end: number): number | string {
  const outside = `\`${name}\` is said to be outside of the file`
  if (at + localBytes > end) return outside
  const offset = contentOffset(readAt(fd, at, localBytes))
  if (offset === undefined) return `where \`${name}\` should be is something else`
  return at + offset + packedBytes > end ? outside : at + offset
}

interface Destination {
  readonly path: string
  /** Where the directory begins. */
  readonly end: number
}

/** No more is written than the directory says that there is. A text says what is wrong with the archive. */
async function unpackInto(
  file: OpenFile,
  record: ZipRecord,
  { path, end }: Destination,
): Promise<string | Problem | undefined> {
  const { name, bytes, packed } = record
  if (packed === 'encrypted' || packed === 'compressed')
    return `\`${name}\` is ${packed === 'encrypted' ? packed : 'compressed by a method other than deflate'}`
  const begin = beginOf(file, record, end)
  if (typeof begin === 'string') return begin
  let [done, crc] = [0, 0]
  let to: number | undefined
  try {
    to = openSync(path, 'wx')
    for await (const piece of piecesOf(file, record, begin)) {
      done += piece.length
      if (done > bytes) return `\`${name}\` has more than the ${bytes} bytes of the directory`
      crc = crc32(piece, crc)
      writeFully(to, piece)
    }
  } catch (error) {
    if (error instanceof UnreadableError) return error.found
    return writeProblem(error, path)
  } finally {
    if (to !== undefined) closeSync(to)
  }
  if (done < bytes) return `\`${name}\` ends after ${done} of ${bytes} bytes`
  return crc === record.crc ? undefined : otherBytes(name)
}

/** What keeps pieces from being read, as against written. */
class UnreadableError extends Error {
  readonly found: string | Problem
  constructor(found: string | Problem) {
    super('unreadable')
    this.found = found
  }
}

async function* piecesOf(
  { path }: OpenFile,
  { name, packed, packedBytes }: ZipRecord,
  begin: number,
): AsyncGenerator<Uint8Array> {
  if (packedBytes === 0) return
  const stored = createReadStream(path, {
    start: begin,
    end: begin + packedBytes - 1,
    highWaterMark: pieceBytes,
  })
  // Errors arrive where the last stream is read.
  const pieces: Readable =
    packed === 'deflated' ? pipeline(stored, createInflateRaw({ chunkSize: pieceBytes }), () => {}) : stored
  try {
    for await (const piece of pieces) yield piece as Uint8Array
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : ''
    throw new UnreadableError(
      code.startsWith('Z_') ? `the bytes of \`${name}\` cannot be unpacked` : systemProblem(error, path),
    )
  }
}

const pieceBytes = 1 << 20

function checksumOf({ fd }: OpenFile, begin: number, bytes: number): number {
  let crc = 0
  for (let done = 0; done < bytes; done += pieceBytes)
    crc = crc32(readAt(fd, begin + done, Math.min(pieceBytes, bytes - done)), crc)
  return crc
}
