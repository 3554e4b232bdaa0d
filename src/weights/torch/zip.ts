// Zip archives as torch.save writes them: records that are stored as they are, found by the directory at the end. Pure: bytes in, places
// out. The kept libraries unpack whole archives or hand out streams; here a record is read at its place, and only what is needed of it.
// https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT, 4.3.

/** A record, as the directory has it. */
export interface ZipRecord {
  readonly name: string
  readonly bytes: number
  readonly crc: number
  /** Of its local header, from the begin of the file. */
  readonly at: number
  /** As many as the file has of it. */
  readonly packedBytes: number
  /** What it is stored as, if not as it is; `compressed` by another method than deflate. */
  readonly packed: 'deflated' | 'compressed' | 'encrypted' | undefined
}

export interface DirectoryPlace {
  readonly begin: number
  readonly bytes: number
  readonly records: number
}

/** Signatures, little-endian: `PK` and two numbers. */
export const signature = {
  local: 0x04034b50,
  descriptor: 0x08074b50,
  record: 0x02014b50,
  end: 0x06054b50,
  end64: 0x06064b50,
  locator64: 0x07064b50,
}

/** The last record of a file has 22 bytes, before it may stand 20 that lead to a longer one, after it a comment. */
const endBytes = 22
const locatorBytes = 20
/** As many bytes of the end of a file as are needed. */
export const tailBytes = locatorBytes + endBytes + 0xffff
/** Of the longer record, as far as it is read. */
export const end64Bytes = 56

export type ZipEnd =
  | { readonly kind: 'here'; readonly place: DirectoryPlace }
  /** The directory's place is in a record that begins there. */
  | { readonly kind: 'elsewhere'; readonly at: number }

/** What the last bytes of a file say; undefined where they are not the end of an archive. */
export function parseEnd(tail: Uint8Array): ZipEnd | undefined {
  const view = viewOf(tail)
  for (let at = tail.length - endBytes; at >= 0; at--) {
    if (view.getUint32(at, true) !== signature.end) continue
    if (at + endBytes + view.getUint16(at + 20, true) !== tail.length) continue
    const locator = at - locatorBytes
    if (locator >= 0 && view.getUint32(locator, true) === signature.locator64)
      return { kind: 'elsewhere', at: uint64(view, locator + 8) }
    const [records, bytes, begin] = [view.getUint16(at + 10, true), view.getUint32(at + 12, true), view.getUint32(at + 16, true)] // prettier-ignore
    return { kind: 'here', place: { begin, bytes, records } }
  }
  return undefined
}

/** The longer record, of archives past 4 GiB and of all that torch.save writes. */
export function parseEnd64(bytes: Uint8Array): DirectoryPlace | undefined {
  const view = viewOf(bytes)
  if (bytes.length < end64Bytes || view.getUint32(0, true) !== signature.end64) return undefined
  return { records: uint64(view, 32), bytes: uint64(view, 40), begin: uint64(view, 48) }
}

const recordBytes = 46
export const localBytes = 30

/** All records, or what is wrong with the directory. */
export function parseDirectory(bytes: Uint8Array, count: number): readonly ZipRecord[] | string {
  const view = viewOf(bytes)
  const records: ZipRecord[] = []
  let at = 0
  while (records.length < count) {
    if (at + recordBytes > bytes.length || view.getUint32(at, true) !== signature.record)
      return `its directory should list ${count} records and breaks off after ${records.length}`
    const [nameBytes, extraBytes, commentBytes] = [28, 30, 32].map((place) => view.getUint16(at + place, true)) as [number, number, number] // prettier-ignore
    const extra = at + recordBytes + nameBytes
    const next = extra + extraBytes + commentBytes
    if (next > bytes.length) return `its directory breaks off in the middle of record ${records.length + 1}`
    const record = parseRecord(bytes, view, at, { extra, extraBytes })
    if (record === undefined) return `its directory says no size of record ${records.length + 1}`
    records.push(record)
    at = next
  }
  return records
}

function parseRecord(
  bytes: Uint8Array,
  view: DataView,
  at: number,
  { extra, extraBytes }: { readonly extra: number; readonly extraBytes: number },
): ZipRecord | undefined {
  const long = longFields(view, extra, extraBytes)
  // In this order a longer field stands for each short one that is full.
  const [size, packedSize, place] = [24, 20, 42].map((field) => {
    const short = view.getUint32(at + field, true)
    return short === 0xffffffff ? long.shift() : short
  })
  if (size === undefined || packedSize === undefined || place === undefined) return undefined
  const isEncrypted = (view.getUint16(at + 8, true) & 1) === 1
  const method = view.getUint16(at + 10, true)
  const isStored = method === 0 && size === packedSize
  return {
    name: new TextDecoder().decode(bytes.subarray(at + recordBytes, extra)),
    bytes: size,
    crc: view.getUint32(at + 16, true),
    at: place,
    packedBytes: packedSize,
    packed: isEncrypted ? 'encrypted' : isStored ? undefined : method === deflate ? 'deflated' : 'compressed',
  }
}

/** The method of nearly all archives. */
const deflate = 8

/** The numbers of the ZIP64 field, which is 1. */
function longFields(view: DataView, begin: number, length: number): number[] {
  let at = begin
  while (at + 4 <= begin + length) {
    const [id, bytes] = [view.getUint16(at, true), view.getUint16(at + 2, true)]
    const isWhole = at + 4 + bytes <= begin + length
    if (id === 1 && isWhole)
      return Array.from({ length: bytes >>> 3 }, (_, k) => uint64(view, at + 4 + 8 * k))
    at += 4 + bytes
  }
  return []
}

/** How many bytes stand between the begin of a record and its content, from its first ones. */
export function contentOffset(local: Uint8Array): number | undefined {
  const view = viewOf(local)
  if (local.length < localBytes || view.getUint32(0, true) !== signature.local) return undefined
  return localBytes + view.getUint16(26, true) + view.getUint16(28, true)
}

const viewOf = (bytes: Uint8Array): DataView => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
const uint64 = (view: DataView, at: number): number => Number(view.getBigUint64(at, true))

// ---------------------------------------------------------------- checks

/** `tables[k][b]`: what the byte `b` does, followed by `k` bytes of zeros. */
const tables = [0, 1, 2, 3].map((zeros) =>
  Uint32Array.from({ length: 256 }, (_, byte) => {
    let crc = byte
    for (let bit = 0; bit < 8 * (zeros + 1); bit++) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1
    return crc
  }),
) as [Uint32Array, Uint32Array, Uint32Array, Uint32Array]

/** CRC-32 of bytes that follow those whose CRC-32 is given. Four at a time: checkpoints are long. */
export function crc32(bytes: Uint8Array, before = 0): number {
  const [first, second, third, fourth] = tables
  const view = viewOf(bytes)
  const whole = bytes.length - (bytes.length % 4)
  let crc = ~before
  for (let at = 0; at < whole; at += 4) {
    crc ^= view.getUint32(at, true)
    crc =
      (fourth[crc & 0xff] ?? 0) ^
      (third[(crc >>> 8) & 0xff] ?? 0) ^
      (second[(crc >>> 16) & 0xff] ?? 0) ^
      (first[crc >>> 24] ?? 0)
  }
  for (let at = whole; at < bytes.length; at++)
    crc = (crc >>> 8) ^ (first[(crc ^ (bytes[at] ?? 0)) & 0xff] ?? 0)
  return ~crc >>> 0
}
