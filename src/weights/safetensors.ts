// The safetensors format: eight bytes of length, a JSON header, the numbers. Pure: bytes in, data out, and back.
// https://huggingface.co/docs/safetensors, "Format".
import { problem, type Problem } from '../compiler/diagnostics/diagnostic.ts'
import { safetensorsHeader, type SafetensorsHeader as Header } from '../json/generated/safetensors-header.ts'
import { faultsText, readJson } from '../json/read.ts'
import { bytesPerElement, storedBytes, type StoredType } from './dtypes.ts'
import type { TensorEntry } from './named-tensors.ts'
import { elementCount } from './numbers.ts'

/** Bytes before the header. */
export const prefixBytes = 8
/** Enough of a file to tell other formats by. */
export const startBytes = 16
/** The bound of the reference implementation. */
export const headerByteLimit = 100_000_000

export interface StoredTensor extends TensorEntry {
  /** Half-open range of bytes, from where the data begins. */
  readonly begin: number
  readonly end: number
}

export interface SafetensorsHeader {
  readonly tensors: ReadonlyMap<string, StoredTensor>
  /** `__metadata__`. */
  readonly metadata: ReadonlyMap<string, string>
}

/** A file as far as the messages about it need to know it. */
export interface FileSize {
  readonly path: string
  readonly bytes: number
}

/** How long the header is, from the first bytes of a file (16 tell other formats apart). */
export function headerBytesOf(start: Uint8Array, file: FileSize): number | Problem {
  const { path, bytes } = file
  if (start.length < prefixBytes) return problem('weights-too-short', { path, bytes })
  const length = new DataView(start.buffer, start.byteOffset).getBigUint64(0, true)
  if (length <= BigInt(Math.min(headerByteLimit, bytes - prefixBytes))) return Number(length)
  return problem('weights-header-size', {
    path,
    headerBytes: String(length),
    fileBytes: bytes,
    limit: headerByteLimit,
    seems: otherFormat(start),
  })
}

/** A header of as many bytes as these say is not refused: they are looked at after that. */
const signatures: readonly (readonly [start: string, format: string])[] = [
  ['PK\u0003\u0004', 'a zip archive, as torch.save writes them'],
  ['\u0080\u0002', 'a Python pickle'],
  ['\u0080\u0004', 'a Python pickle'],
  ['\u0089HDF', 'an HDF5 file'],
  ['\u0093NUMPY', 'a NumPy array'],
  ...['{"', '{\n', '{\r', '{ ', '{\t', '[', '\u00ef\u00bb\u00bf{'].map(
    (start) => [start, 'a JSON text'] as const,
  ),
  ['version https://', 'a Git LFS pointer to a file that was not fetched'],
]

function otherFormat(start: Uint8Array): string | undefined {
  const text = String.fromCharCode(...start.subarray(0, 16))
  return signatures.find(([signature]) => text.startsWith(signature))?.[1]
}

/** The header, checked against the length of the data that follows it. */
export function parseHeader(bytes: Uint8Array, file: FileSize): SafetensorsHeader | Problem {
  const { path } = file
  const json = readHeader(bytes)
  if (typeof json === 'string') return problem('weights-header-malformed', { path, reason: json })
  const { __metadata__: metadata = {}, ...entries } = json
  const dataBytes = file.bytes - prefixBytes - bytes.length
  const tensors = new Map<string, StoredTensor>()
  for (const [name, entry] of Object.entries(entries)) {
    // The schema's index admits what `__metadata__` is: it was taken out.
    const { dtype, shape, data_offsets: [begin, end] } = entry as StoredEntry // prettier-ignore
    const tensor = { dtype, shape, begin, end }
    const wrong = checkRange(tensor, { path, name, dataBytes })
    if (wrong !== undefined) return wrong
    tensors.set(name, tensor)
  }
  return checkLayout(tensors, { path, dataBytes }) ?? { tensors, metadata: new Map(Object.entries(metadata)) }
}

type StoredEntry = Exclude<Header[string], Header['__metadata__']>

/** The object, or what is wrong with it. */
function readHeader(bytes: Uint8Array): Header | string {
  try {
    const held = readJson(new TextDecoder('utf-8', { fatal: true }).decode(bytes), safetensorsHeader)
    return held.kind === 'held' ? held.data : faultsText(held.faults)
  } catch (error) {
    if (error instanceof TypeError) return 'it is not UTF-8'
    throw error
  }
}

interface DataPlace {
  readonly path: string
  readonly dataBytes: number
}

function checkRange(
  { dtype, shape, begin, end }: StoredTensor,
  { path, name, dataBytes }: DataPlace & { readonly name: string },
): Problem | undefined {
  const parts = { path, tensor: name, begin, end, dataBytes }
  if (begin > end || end > dataBytes) return problem('weights-offsets', { ...parts, expected: undefined })
  const size = bytesPerElement(dtype)
  const bytes = size === undefined ? end - begin : elementCount(shape) * size
  return bytes === end - begin
    ? undefined
    : problem('weights-offsets', { ...parts, expected: { bytes, dtype, shape } })
}

/** Every byte of the data belongs to one tensor. */
function checkLayout(
  tensors: ReadonlyMap<string, StoredTensor>,
  { path, dataBytes }: DataPlace,
): Problem | undefined {
  const inOrder = [...tensors].sort(([, a], [, b]) => a.begin - b.begin || a.end - b.end)
  let [before, reached] = ['the header', 0]
  for (const [name, { begin, end }] of inOrder) {
    const wrong = { path, begin: Math.min(begin, reached), first: before }
    if (begin < reached)
      return problem('weights-layout', { ...wrong, begin, end: Math.min(end, reached), second: name })
    if (begin > reached)
      return problem('weights-layout', { ...wrong, begin: reached, end: begin, second: undefined })
    ;[before, reached] = [name, end]
  }
  return reached === dataBytes
    ? undefined
    : problem('weights-layout', { path, begin: reached, end: dataBytes, first: before, second: undefined })
}

// ---------------------------------------------------------------- writing

export interface TensorToStore {
  readonly name: string
  readonly dtype: StoredType
  readonly shape: readonly number[]
}

export interface StorageLayout<T extends TensorToStore> {
  /** The first bytes of the file, up to the data. */
  readonly start: Uint8Array
  /** In the order of their data. */
  readonly tensors: readonly T[]
  readonly fileBytes: number
}

/** Where everything goes: larger numbers first, so that all are aligned; the same bytes for the same tensors. */
export function layOut<T extends TensorToStore>(
  tensors: readonly T[],
  metadata: ReadonlyMap<string, string>,
): StorageLayout<T> {
  const inOrder = tensors.toSorted((a, b) => storedBytes[b.dtype] - storedBytes[a.dtype])
  const entries: [string, object][] = metadata.size === 0 ? [] : [['__metadata__', sorted(metadata)]]
  let end = 0
  for (const { name, dtype, shape } of inOrder) {
    const begin = end
    end += elementCount(shape) * storedBytes[dtype]
    entries.push([name, { dtype, shape, data_offsets: [begin, end] }])
  }
  const start = withPrefix(JSON.stringify(Object.fromEntries(entries)))
  return { start, tensors: inOrder, fileBytes: start.length + end }
}

function sorted(metadata: ReadonlyMap<string, string>): object {
  return Object.fromEntries([...metadata].sort(([a], [b]) => (a < b ? -1 : 1)))
}

/** Spaces fill up the header, so that the data begins at a multiple of eight. */
function withPrefix(json: string): Uint8Array {
  const text = new TextEncoder().encode(json)
  const headerBytes = Math.ceil(text.length / prefixBytes) * prefixBytes
  const start = new Uint8Array(prefixBytes + headerBytes).fill(0x20)
  new DataView(start.buffer).setBigUint64(0, BigInt(headerBytes), true)
  start.set(text, prefixBytes)
  return start
}
