// NIfTI-1 in memory: a volume from a file's unpacked bytes, and the bytes of a label map on the grid of the image it belongs to.
// The format: https://nifti.nimh.nih.gov/pub/dist/src/niftilib/nifti1.h
import { isNIFTI1, isNIFTI2, NIFTI1 } from 'nifti-reader-js'
import { isProblem, problem, type Problem } from '../compiler/diagnostics/diagnostic.ts'
import type { Extents } from './case.ts'
import { spacingOf } from './orientation.ts'

/** A file's content in the order of the file. */
export interface NiftiVolume {
  readonly extents: Extents
  /** As `Geometry.affine`, in millimetres. */
  readonly affine: readonly number[]
  /** Intensities, with the file's slope and intercept applied. */
  readonly voxels: Float32Array
  /** The file's own header, 348 bytes: what is written for the same grid repeats it. */
  readonly header: Uint8Array
}

interface NumberType {
  readonly name: string
  readonly bytes: number
  read(view: DataView, at: number, little: boolean): number
}

const numberTypes: ReadonlyMap<number, NumberType> = new Map([
  [NIFTI1.TYPE_UINT8, { name: 'uint8', bytes: 1, read: (view, at) => view.getUint8(at) }],
  [NIFTI1.TYPE_INT8, { name: 'int8', bytes: 1, read: (view, at) => view.getInt8(at) }],
  [NIFTI1.TYPE_INT16, { name: 'int16', bytes: 2, read: (view, at, little) => view.getInt16(at, little) }],
  [NIFTI1.TYPE_UINT16, { name: 'uint16', bytes: 2, read: (view, at, little) => view.getUint16(at, little) }],
  [NIFTI1.TYPE_INT32, { name: 'int32', bytes: 4, read: (view, at, little) => view.getInt32(at, little) }],
  [NIFTI1.TYPE_UINT32, { name: 'uint32', bytes: 4, read: (view, at, little) => view.getUint32(at, little) }],
  [
    NIFTI1.TYPE_FLOAT32,
    { name: 'float32', bytes: 4, read: (view, at, little) => view.getFloat32(at, little) },
  ],
  [
    NIFTI1.TYPE_FLOAT64,
    { name: 'float64', bytes: 8, read: (view, at, little) => view.getFloat64(at, little) },
  ],
  [
    NIFTI1.TYPE_INT64,
    { name: 'int64', bytes: 8, read: (view, at, little) => Number(view.getBigInt64(at, little)) },
  ],
  [
    NIFTI1.TYPE_UINT64,
    { name: 'uint64', bytes: 8, read: (view, at, little) => Number(view.getBigUint64(at, little)) },
  ],
] satisfies [number, NumberType][])

const otherTypes: Readonly<Record<number, string>> = {
  [NIFTI1.TYPE_BINARY]: 'single bits',
  [NIFTI1.TYPE_RGB24]: 'colours (RGB24)',
  2304: 'colours (RGBA32)',
  [NIFTI1.TYPE_FLOAT128]: 'floating point numbers of 128 bits',
  [NIFTI1.TYPE_COMPLEX64]: 'complex numbers',
  [NIFTI1.TYPE_COMPLEX128]: 'complex numbers',
  [NIFTI1.TYPE_COMPLEX256]: 'complex numbers',
}

/** Where voxels begin at the earliest: the header, then four bytes that say whether extensions follow. */
const leastOffset = 352
const headerBytes = NIFTI1.STANDARD_HEADER_SIZE

/** A volume from a file's bytes, gzip already undone. Voxels that are not finite are left for the caller to judge. */
export function parseNifti(bytes: Uint8Array, path: string): NiftiVolume | Problem {
  const header = readHeader(bytes, path)
  if (isProblem(header)) return header
  const extents = extentsOf(header, path)
  if (isProblem(extents)) return extents
  const affine = affineOf(header, bytes)
  if (!affine.every(Number.isFinite) || Math.abs(determinant(affine)) < 1e-12)
    return problem('nifti-malformed', { path, reason: 'its affine does not place the voxels in space' })
  const voxels = readVoxels(bytes, header, extents, path)
  if (isProblem(voxels)) return voxels
  return { extents, affine, voxels, header: startOf(bytes) }
}

/** A copy: `slice` of a Node `Buffer` would be a view of a larger one. */
const startOf = (bytes: Uint8Array): Uint8Array<ArrayBuffer> => new Uint8Array(bytes.subarray(0, headerBytes))

function readHeader(bytes: Uint8Array, path: string): NIFTI1 | Problem {
  const malformed = (reason: string): Problem => problem('nifti-malformed', { path, reason })
  if (bytes.length < headerBytes)
    return malformed(`it has ${bytes.length} bytes, fewer than a header (${headerBytes})`)
  const start = startOf(bytes).buffer
  if (isNIFTI2(start, true)) return malformed('it is NIfTI-2, and NIfTI-1 is read')
  if (!isNIFTI1(start, true)) return malformed('its first bytes are no NIfTI header')
  const header = new NIFTI1()
  try {
    header.readHeader(start)
  } catch {
    return malformed('its first bytes are no NIfTI header')
  }
  return header.isHDR ? malformed('it is the header of a pair of files (.hdr and .img)') : header
}

function extentsOf(header: NIFTI1, path: string): Extents | Problem {
  const rank = header.dims[0] ?? 0
  const all = header.dims.slice(1, 1 + rank)
  if (rank < 1 || rank > 7 || all.some((extent) => extent < 1))
    return problem('nifti-malformed', {
      path,
      reason: `its header has the extents ${header.dims.join(', ')}`,
    })
  const [i = 1, j = 1, k = 1, ...rest] = all
  return rest.some((extent) => extent > 1) ? problem('nifti-not-volume', { path, extents: all }) : [k, j, i]
}

/** Sform where it is set, else qform, else the spacing alone: nibabel's order. Millimetres whatever the file's unit. */
function affineOf(header: NIFTI1, bytes: Uint8Array): readonly number[] {
  const unit = header.xyzt_units & NIFTI1.SPATIAL_UNITS_MASK
  const scale = unit === NIFTI1.UNITS_METER ? 1000 : unit === NIFTI1.UNITS_MICRON ? 1e-3 : 1
  return formOf(header, bytes).map((value) => value * scale)
}

function formOf(header: NIFTI1, bytes: Uint8Array): readonly number[] {
  if (header.sform_code > 0) {
    const view = new DataView(bytes.buffer, bytes.byteOffset, headerBytes)
    return Array.from({ length: 12 }, (_, k) => view.getFloat32(280 + 4 * k, header.littleEndian))
  }
  if (header.qform_code > 0) return header.getQformMat().slice(0, 3).flat()
  const [, x = 1, y = 1, z = 1] = header.pixDims.map((size) => Math.abs(size) || 1)
  return [x, 0, 0, 0, 0, y, 0, 0, 0, 0, z, 0]
}

function determinant(affine: readonly number[]): number {
  const [a = 0, b = 0, c = 0, , d = 0, e = 0, f = 0, , g = 0, h = 0, i = 0] = affine
  const volume = a * (e * i - f * h) - b * (d * i - f * g) + c * (d * h - e * g)
  return volume / spacingOf(affine).reduce((all, size) => all * (size || 1), 1)
}

function readVoxels(
  bytes: Uint8Array,
  header: NIFTI1,
  extents: Extents,
  path: string,
): Float32Array | Problem {
  const type = numberTypes.get(header.datatypeCode)
  if (type === undefined) {
    const dtype = otherTypes[header.datatypeCode] ?? `numbers of the unknown type ${header.datatypeCode}`
    return problem('nifti-dtype', { path, dtype })
  }
  const start = Number.isFinite(header.vox_offset) ? Math.max(leastOffset, header.vox_offset) : leastOffset
  const count = extents[0] * extents[1] * extents[2]
  const needed = start + count * type.bytes
  if (bytes.length < needed) return problem('nifti-truncated', { path, bytes: bytes.length, needed })
  const view = new DataView(bytes.buffer, bytes.byteOffset + start, count * type.bytes)
  // A slope of 0 means that there is none.
  const scaled = header.scl_slope !== 0 && Number.isFinite(header.scl_slope)
  const slope = scaled ? header.scl_slope : 1
  const intercept = scaled && Number.isFinite(header.scl_inter) ? header.scl_inter : 0
  const voxels = new Float32Array(count)
  for (let at = 0; at < count; at++)
    voxels[at] = type.read(view, at * type.bytes, header.littleEndian) * slope + intercept
  return voxels
}

/**
 * A file of labels, one byte each, on the grid that `header` describes: its extents, spacing, units, sform and qform stay, what
 * speaks of intensities goes. `labels` are in the order of the file.
 */
export function labelBytes(header: Uint8Array, labels: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(leastOffset + labels.length)
  bytes.set(header.subarray(0, headerBytes))
  const view = new DataView(bytes.buffer)
  const isLittle = header[0] === (headerBytes & 0xff)
  view.setInt16(70, NIFTI1.TYPE_UINT8, isLittle)
  view.setInt16(72, 8, isLittle)
  // Intent (56 to 69), slope and intercept, the range for display: all said of the intensities.
  bytes.fill(0, 56, 70)
  view.setFloat32(108, leastOffset, isLittle)
  view.setFloat32(112, 1, isLittle)
  for (const at of [116, 124, 128]) view.setFloat32(at, 0, isLittle)
  bytes.set(labels, leastOffset)
  return bytes
}
