// The NIfTI files of a case as the arrays that a reader of nnU-Net makes of them, and labels as the bytes of such a file; wherever the bytes come
// from: this runs in browsers too.
import { isProblem, problem, type Problem } from '../compiler/diagnostics/diagnostic.ts'
import { headerBytes, parseHeader, type NiftiHeader } from '../data/nifti-header.ts'
import { labelHeader } from '../data/nifti.ts'
import { isBeyond, voxelSink } from '../data/nifti-voxels.ts'
import { placesOf, turnedBack, turnedGeometry, type Orientation } from '../data/orientation.ts'
import { voxelsOf } from '../data/pipeline/grid.ts'
import type { Volume } from '../data/pipeline/pipeline.ts'
import type { FileRemark } from '../data/remarks.ts'
import { orientationIn, remarksUnder, type Grid } from '../data/volume-grid.ts'
import type { Reader } from '../nnunet/pipeline.ts'
import { orientationPolicies, spacingFor } from '../nnunet/readers.ts'

/** A file's content, gzip undone. */
export interface ByteSource {
  readonly name: string
  /** From the first byte on, each time it is called; damaged gzip throws `DamagedFile`. */
  pieces(): AsyncIterable<Uint8Array>
}

/** Thrown where bytes cannot be unpacked. */
export class DamagedFile extends Error {}

/** The headers of a case: one file for each channel, all on one grid. */
export interface CaseHeaders extends Omit<Volume, 'channels'> {
  readonly files: readonly PlacedFile[]
  readonly grid: NiftiGrid
  readonly remarks: readonly FileRemark[]
}

type NiftiGrid = Grid & Required<Pick<Grid, 'nifti'>>

interface PlacedFile {
  readonly source: ByteSource
  readonly header: NiftiHeader
  readonly orientation: Orientation
}

export async function readHeaders(
  sources: readonly ByteSource[],
  reader: Reader,
): Promise<CaseHeaders | Problem> {
  const policy = orientationPolicies[reader]
  const files: PlacedFile[] = []
  let grid: NiftiGrid | undefined
  for (const source of sources) {
    const header = await headerOf(source)
    if (isProblem(header)) return header
    const orientation = orientationIn(header, source.name, policy, grid)
    if (isProblem(orientation)) return orientation
    files.push({ source, header, orientation })
    grid ??= { path: source.name, header, nifti: header.bytes, orientation }
  }
  if (grid === undefined) throw new Error('a case has at least one file')
  const spacing = spacingFor(grid, reader)
  if (isProblem(spacing)) return spacing
  const { extents } = turnedGeometry(grid.header.extents, grid.header.affine, grid.orientation)
  const remarks = files.flatMap(({ header }) => remarksUnder(policy, header))
  return { files, grid, extents, spacing, remarks }
}

async function headerOf({ name, pieces }: ByteSource): Promise<NiftiHeader | Problem> {
  const start = new Uint8Array(headerBytes[2])
  let known = 0
  try {
    for await (const piece of pieces()) {
      start.set(piece.subarray(0, start.length - known), known)
      known = Math.min(start.length, known + piece.length)
      if (known === start.length) break
    }
  } catch (error) {
    // A file of less than a header may be damaged too, which says more.
    if (known < headerBytes[1]) return damaged(error, name)
  }
  return parseHeader(start.subarray(0, known), name)
}

function damaged(error: unknown, path: string): Problem {
  if (!(error instanceof DamagedFile)) throw error
  return problem('nifti-malformed', { path, reason: error.message })
}

/** The voxels too. */
export async function readVolume({
  files,
  extents,
  spacing,
}: CaseHeaders): Promise<{ readonly volume: Volume; readonly remarks: readonly FileRemark[] } | Problem> {
  const channels: Float32Array[] = []
  const remarks: FileRemark[] = []
  for (const file of files) {
    const data = new Float32Array(voxelsOf(extents))
    const read = await readChannel(file, data)
    if (isProblem(read)) return read
    remarks.push(...read)
    channels.push(data)
  }
  return { volume: { extents, spacing, channels }, remarks }
}

async function readChannel(
  { source: { name: path, pieces }, header, orientation }: PlacedFile,
  into: Float32Array,
): Promise<readonly FileRemark[] | Problem> {
  let wrong = 0
  const places = placesOf(header.extents, orientation)
  const sink = voxelSink(header, (values, first) =>
    places(first, values.length, (at, place) => {
      const value = values[at] ?? 0
      into[place] = value
      if (!Number.isFinite(value)) wrong++
    }),
  )
  try {
    for await (const piece of pieces()) if (sink.push(piece) === 'enough') break
  } catch (error) {
    return damaged(error, path)
  }
  const bytes = sink.received()
  if (bytes < header.size) return problem('nifti-truncated', { path, bytes, needed: header.size })
  if (wrong > 0) return problem('nifti-not-finite', { path, count: wrong, total: into.length })
  const found = `${header.size} bytes by its header, and more are there`
  return isBeyond(header, bytes) ? [{ kind: 'bytes-beyond', path, found }] : []
}

/** A NIfTI file of labels, unpacked: on the voxels of the first channel's file, whose header they get. */
export function labelFile(
  { header, nifti, orientation }: NiftiGrid,
  labels: Uint8Array,
): Uint8Array<ArrayBuffer> {
  const start = labelHeader(nifti)
  const bytes = new Uint8Array(start.length + labels.length)
  bytes.set(start)
  bytes.set(turnedBack(labels, header.extents, orientation), start.length)
  return bytes
}
