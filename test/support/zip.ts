// Zip archives as Python's zipfile writes them: deflated, with sizes and checksums before the bytes.
import { deflateRawSync } from 'node:zlib'
import { crc32, signature } from '../../src/weights/torch/zip.ts'

export interface Entry {
  readonly name: string
  readonly bytes: Uint8Array
  /** What the archive says instead of the truth. */
  readonly said?: { readonly crc?: number; readonly bytes?: number }
}

export function zipOf(entries: readonly Entry[]): Buffer {
  const locals: Buffer[] = []
  const records: Buffer[] = []
  let at = 0
  for (const { name, bytes, said = {} } of entries) {
    const packed = deflateRawSync(bytes)
    const fields = Buffer.alloc(26)
    fields.writeUInt16LE(20, 0)
    fields.writeUInt16LE(8, 4)
    fields.writeUInt32LE(said.crc ?? crc32(bytes), 10)
    fields.writeUInt32LE(packed.length, 14)
    fields.writeUInt32LE(said.bytes ?? bytes.length, 18)
    fields.writeUInt16LE(name.length, 22)
    const local = Buffer.concat([uint32(signature.local), fields, Buffer.from(name), packed])
    const rest = Buffer.alloc(14)
    rest.writeUInt32LE(at, 10)
    records.push(Buffer.concat([uint32(signature.record), Buffer.alloc(2), fields, rest, Buffer.from(name)]))
    locals.push(local)
    at += local.length
  }
  const directory = Buffer.concat(records)
  const end = Buffer.alloc(18)
  end.writeUInt16LE(entries.length, 4)
  end.writeUInt16LE(entries.length, 6)
  end.writeUInt32LE(directory.length, 8)
  end.writeUInt32LE(at, 12)
  return Buffer.concat([...locals, directory, uint32(signature.end), end])
}

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32LE(value)
  return bytes
}
