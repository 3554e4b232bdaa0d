// Zip archives on the disk: the directory is in memory, contents are read at their places, whole or in part.
import { problem, type Problem } from '../compiler/diagnostics/diagnostic.ts'
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
import { readAt, type OpenFile } from './tensor-file.ts'

export interface ZipFile {
  readonly records: ReadonlyMap<string, ZipRecord>
  /** So many bytes of a record, fewer where it ends. Its checksum is compared once, before any of it is given. */
  read(record: ZipRecord, begin: number, count: number): Uint8Array<ArrayBuffer> | Problem
}

/** No checkpoint has a directory of so many bytes: it would be of a million records. */
const directoryLimit = 2 ** 26

export function openZip(file: OpenFile): ZipFile | Problem {
  const place = directoryOf(file)
  if (typeof place === 'string') return damaged(file, place)
  const parsed = parseDirectory(readAt(file.fd, place.begin, place.bytes), place.records)
  if (typeof parsed === 'string') return damaged(file, parsed)
  const records = new Map(parsed.map((one) => [one.name, one]))
  if (records.size < parsed.length) return damaged(file, 'its directory lists a record twice')
  const begins = new Map<ZipRecord, number>()
  // torch.save may leave checksums out, of all records.
  const isChecked = parsed.some(({ crc }) => crc !== 0)
  const read: ZipFile['read'] = (record, begin, count) => {
    const known = begins.get(record)
    const start = known ?? contentOf(file, record, { isChecked, end: place.begin })
    if (typeof start === 'string') return damaged(file, start)
    begins.set(record, start)
    const wanted = Math.min(count, record.bytes - begin)
    const bytes = readAt(file.fd, start + begin, wanted)
    return bytes.length < wanted
      ? damaged(file, `it became shorter while \`${record.name}\` was read`)
      : bytes
  }
  return { records, read }
}

const damaged = ({ path }: OpenFile, reason: string): Problem => problem('torch-damaged', { path, reason })

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

/** Where the content of a record begins, once it has been found to be what was written. */
function contentOf(
  file: OpenFile,
  record: ZipRecord,
  { isChecked, end }: { readonly isChecked: boolean; readonly end: number },
): number | string {
  const { name, at, bytes, packed } = record
  if (packed !== undefined) return `\`${name}\` is ${packed}, and torch.save stores everything as it is`
  const outside = `\`${name}\` is said to be outside of the file`
  if (at + localBytes > end) return outside
  const offset = contentOffset(readAt(file.fd, at, localBytes))
  if (offset === undefined) return `where \`${name}\` should be is something else`
  if (at + offset + bytes > end) return outside
  return isChecked && checksumOf(file, at + offset, bytes) !== record.crc
    ? `the bytes of \`${name}\` do not have the checksum of the directory`
    : at + offset
}

const pieceBytes = 1 << 20

function checksumOf({ fd }: OpenFile, begin: number, bytes: number): number {
  let crc = 0
  for (let done = 0; done < bytes; done += pieceBytes)
    crc = crc32(readAt(fd, begin + done, Math.min(pieceBytes, bytes - done)), crc)
  return crc
}
