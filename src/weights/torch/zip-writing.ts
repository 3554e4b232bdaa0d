// Zip archives as torch.save writes them: contents stored as they are, each at a multiple of 64 bytes, so that they can be mapped into
// memory; sizes and checksums after the content and in the directory. No times: the same records give the same bytes.
import { isProblem, type Problem } from '../../compiler/diagnostics/diagnostic.ts'
import { crc32, signature, type ZipRecord } from './zip.ts'

export interface RecordToWrite {
  readonly name: string
  readonly bytes: number
  /** As many bytes together; asked for once, when everything before is written. */
  chunks(): Iterable<Uint8Array | Problem>
}

type Written = Pick<ZipRecord, 'name' | 'bytes' | 'crc' | 'at'>

/** The archive, piece by piece. A problem ends it. */
export function* zipped(records: readonly RecordToWrite[]): Generator<Uint8Array | Problem> {
  const written: Written[] = []
  let at = 0
  for (const record of records) {
    const header = localHeader(record, at)
    yield header
    let crc = 0
    for (const chunk of record.chunks()) {
      yield chunk
      if (isProblem(chunk)) return
      crc = crc32(chunk, crc)
    }
    const descriptor = descriptorOf(crc, record.bytes)
    yield descriptor
    written.push({ name: record.name, bytes: record.bytes, crc, at })
    at += header.length + record.bytes + descriptor.length
  }
  yield directoryOf(written, at)
}

/** How long the archive is. */
export function zippedBytes(records: readonly Pick<RecordToWrite, 'name' | 'bytes'>[]): number {
  let at = 0
  const written = records.map(({ name, bytes }) => {
    const record = { name, bytes, crc: 0, at }
    at += localHeader(record, at).length + bytes + descriptorOf(0, bytes).length
    return record
  })
  return at + directoryOf(written, at).length
}

const alignment = 64
const most = 0xffffffff
/** Version 4.5 of the format, which brought long numbers; names are UTF-8, sizes follow the content. */
const [version, flags] = [45, 0x0808]

/** PyTorch's own field, `FB`, fills up to where the content begins. */
function localHeader({ name, bytes }: Pick<RecordToWrite, 'name' | 'bytes'>, at: number): Uint8Array {
  const text = new TextEncoder().encode(name)
  const unfilled = at + 30 + text.length + 4
  const fill = (alignment - (unfilled % alignment)) % alignment
  const extra = numbers([2, 0x4246], [2, fill], ...Array.from({ length: fill }, () => [1, 0x5a] as const))
  // A descriptor of long numbers is announced by the version alone, as directories are what is read.
  const fixed = numbers([4, signature.local], [2, bytes >= most ? version : 0], [2, flags], [2, 0], [4, 0], [4, 0], [4, 0], [4, 0], [2, text.length], [2, extra.length]) // prettier-ignore
  return joined(fixed, text, extra)
}

function descriptorOf(crc: number, bytes: number): Uint8Array {
  const size = bytes >= most ? 8 : 4
  return numbers([4, signature.descriptor], [4, crc], [size, bytes], [size, bytes])
}

/** The directory and the end of the archive, for records that end at `begin`. */
export function directoryOf(records: readonly Written[], begin: number): Uint8Array {
  const entries = joined(...records.map(entryOf))
  const [count, bytes] = [records.length, entries.length]
  const isLong = count >= 0xffff || begin + bytes >= most
  const long = joined(
    numbers([4, signature.end64], [8, 44], [2, version], [2, version], [4, 0], [4, 0]),
    numbers([8, count], [8, count], [8, bytes], [8, begin]),
    numbers([4, signature.locator64], [4, 0], [8, begin + bytes], [4, 1]),
  )
  const [shortCount, shortBytes, shortBegin] = isLong ? [0xffff, most, most] : [count, bytes, begin]
  const end = numbers([4, signature.end], [2, 0], [2, 0], [2, shortCount], [2, shortCount], [4, shortBytes], [4, shortBegin], [2, 0]) // prettier-ignore
  return isLong ? joined(entries, long, end) : joined(entries, end)
}

function entryOf({ name, bytes, crc, at }: Written): Uint8Array {
  const text = new TextEncoder().encode(name)
  const long = [...(bytes >= most ? [bytes, bytes] : []), ...(at >= most ? [at] : [])]
  const longField = numbers([2, 1], [2, 8 * long.length], ...long.map((one) => [8, one] as const))
  const extra = long.length === 0 ? new Uint8Array() : longField
  const size = Math.min(bytes, most)
  return joined(
    numbers(
      [4, signature.record],
      [2, version],
      [2, long.length === 0 ? 0 : version],
      [2, flags],
      [2, 0],
      [4, 0],
    ),
    numbers(
      [4, crc],
      [4, size],
      [4, size],
      [2, text.length],
      [2, extra.length],
      [2, 0],
      [2, 0],
      [2, 0],
      [4, 0],
    ),
    numbers([4, Math.min(at, most)]),
    text,
    extra,
  )
}

/** Numbers of so many bytes, little-endian. */
function numbers(...fields: readonly (readonly [bytes: 1 | 2 | 4 | 8, value: number])[]): Uint8Array {
  const view = new DataView(new ArrayBuffer(fields.reduce((sum, [bytes]) => sum + bytes, 0)))
  let at = 0
  for (const [bytes, value] of fields) {
    if (bytes === 1) view.setUint8(at, value)
    else if (bytes === 2) view.setUint16(at, value, true)
    else if (bytes === 4) view.setUint32(at, value, true)
    else view.setBigUint64(at, BigInt(value), true)
    at += bytes
  }
  return new Uint8Array(view.buffer)
}

function joined(...parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0))
  let at = 0
  for (const part of parts) {
    whole.set(part, at)
    at += part.length
  }
  return whole
}
