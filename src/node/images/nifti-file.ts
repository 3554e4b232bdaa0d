// A file of NIfTI: its header from its first bytes, its voxels piece by piece.
import { isProblem, problem, type Problem } from '../../compiler/diagnostics/diagnostic.ts'
import { headerBytes, parseHeader, type NiftiHeader } from '../../data/nifti-header.ts'
import { voxelValues } from '../../data/nifti.ts'
import type { FileRemark } from '../../data/remarks.ts'
import { openBytes, readPieces, type FileBytes } from '../file-bytes.ts'
import type { VolumeFile } from './volume-file.ts'

/** What a file's header says, from the first bytes of it; whether all its voxels are there shows when they are read. */
export async function readNiftiHeader(path: string): Promise<NiftiHeader | Problem> {
  const file = openBytes(path)
  return isProblem(file) ? file : headerOf(file)
}

export async function openNifti(path: string): Promise<VolumeFile | Problem> {
  const file = openBytes(path)
  if (isProblem(file)) return file
  const header = await headerOf(file)
  if (isProblem(header)) return header
  return { path, header, nifti: header.bytes, readVoxels: (take) => readVoxels(file, header, take) }
}

async function headerOf(file: FileBytes): Promise<NiftiHeader | Problem> {
  const start = new Uint8Array(headerBytes[2])
  let known = 0
  const failed = await readPieces(file, (bytes) => {
    start.set(bytes.subarray(0, start.length - known), known)
    known = Math.min(start.length, known + bytes.length)
    return known < start.length ? 'more' : 'enough'
  })
  // A file of less than a header may be damaged too, which says more.
  if (failed !== undefined && known < headerBytes[1]) return failed
  const header = parseHeader(start.subarray(0, known), file.path)
  return isProblem(header) ? header : (tooShort(file, header) ?? header)
}

/** Deflate packs no more than this many bytes into one. */
const packingLimit = 1032

function tooShort({ path, size, isPacked }: FileBytes, header: NiftiHeader): Problem | undefined {
  const needed = header.size
  if (isPacked && size * packingLimit < needed)
    return problem('nifti-truncated', { path, bytes: size * packingLimit, needed, isMost: true })
  return isPacked || size >= needed ? undefined : problem('nifti-truncated', { path, bytes: size, needed })
}

/** Bytes that may follow the voxels without a word: some writers fill the last block. */
const slackBytes = 1 << 16

/** What follows the last voxel is not read on, and remarked. */
async function readVoxels(
  file: FileBytes,
  header: NiftiHeader,
  take: (values: Float32Array, first: number) => void,
): Promise<readonly FileRemark[] | Problem> {
  let [position, first] = [0, 0]
  let carried = new Uint8Array(0)
  const failed = await readPieces(file, (piece) => {
    const part = piece.subarray(Math.max(0, header.offset - position), Math.max(0, header.size - position))
    position += piece.length
    const bytes = carried.length === 0 ? part : Buffer.concat([carried, part])
    const whole = bytes.length - (bytes.length % header.type.bytes)
    const values = voxelValues(bytes.subarray(0, whole), header)
    take(values, first)
    first += values.length
    carried = bytes.slice(whole)
    return position > header.size + slackBytes ? 'enough' : 'more'
  })
  const { path } = file
  if (failed !== undefined) return failed
  if (position < header.size)
    return problem('nifti-truncated', { path, bytes: position, needed: header.size })
  return position > header.size + slackBytes ? [beyond(file, header)] : []
}

function beyond({ path, size, isPacked }: FileBytes, header: NiftiHeader): FileRemark {
  const there = isPacked ? 'more are packed' : `the file has ${size}`
  return { kind: 'bytes-beyond', path, found: `${header.size} bytes by its header, and ${there}` }
}
