// A file of NIfTI: its header from its first bytes, its voxels piece by piece.
import { isProblem, problem, type Problem } from '../../compiler/diagnostics/diagnostic.ts'
import { headerBytes, parseHeader, type NiftiHeader } from '../../data/nifti-header.ts'
import { isBeyond, voxelSink } from '../../data/nifti-voxels.ts'
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

/** What follows the last voxel is not read on, and remarked. */
async function readVoxels(
  file: FileBytes,
  header: NiftiHeader,
  take: (values: Float32Array, first: number) => void,
): Promise<readonly FileRemark[] | Problem> {
  const sink = voxelSink(header, take)
  const failed = await readPieces(file, (piece) => sink.push(piece))
  const { path } = file
  const bytes = sink.received()
  if (failed !== undefined) return failed
  if (bytes < header.size) return problem('nifti-truncated', { path, bytes, needed: header.size })
  return isBeyond(header, bytes) ? [beyond(file, header)] : []
}

function beyond({ path, size, isPacked }: FileBytes, header: NiftiHeader): FileRemark {
  const there = isPacked ? 'more are packed' : `the file has ${size}`
  return { kind: 'bytes-beyond', path, found: `${header.size} bytes by its header, and ${there}` }
}
