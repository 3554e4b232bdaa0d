// Bytes of files that a user gives, gzip undone and its checksums held. Members of a packed file that follow one another are one content, which
// the browser's own DecompressionStream takes for damage. Gzip: RFC 1952.
import { Gunzip } from 'fflate'
import { DamagedFile, type ByteSource } from '../../../deployed/volume.ts'
import { crcOf } from './checksum.ts'

export const sourceOf = (file: File): ByteSource => ({ name: file.name, pieces: () => piecesOf(file) })

async function* piecesOf(file: File): AsyncGenerator<Uint8Array> {
  const [first, second] = new Uint8Array(await file.slice(0, 2).arrayBuffer())
  yield* first === 0x1f && second === 0x8b ? unpacked(file) : chunksOf(file)
}

/** Not every browser iterates over streams. */
async function* chunksOf(file: File): AsyncGenerator<Uint8Array> {
  const reader = file.stream().getReader()
  try {
    for (;;) {
      const { done, value } = await reader.read()
      if (done) return
      yield value
    }
  } finally {
    await reader.cancel()
  }
}

async function* unpacked(file: File): AsyncGenerator<Uint8Array> {
  let ready: Uint8Array[] = []
  let crc = 0
  /** Where each member ends in the file, with the checksum of what came out of it. */
  const members: { readonly end: number; readonly crc: number }[] = []
  const gunzip = new Gunzip((piece) => {
    ready.push(piece)
    crc = crcOf(piece, crc)
  })
  gunzip.onmember = (end) => {
    members.push({ end, crc })
    crc = 0
  }
  const push = (piece: Uint8Array, isLast: boolean, reason: string): void => {
    try {
      gunzip.push(piece, isLast)
    } catch {
      throw new DamagedFile(reason)
    }
  }
  for await (const piece of chunksOf(file)) {
    push(piece, false, 'its gzip data are damaged')
    yield* ready
    ready = []
  }
  push(new Uint8Array(), true, 'its gzip data end too early')
  yield* ready
  for (const { end, crc: found } of [...members, { end: file.size, crc }])
    if ((await checksumBefore(file, end)) !== found) throw new DamagedFile('its gzip data are damaged')
}

/** A member ends with the checksum and the length of its content, four bytes each. */
async function checksumBefore(file: File, end: number): Promise<number> {
  const bytes = await file.slice(end - 8, end - 4).arrayBuffer()
  return bytes.byteLength === 4 ? new DataView(bytes).getUint32(0, true) : NaN
}
