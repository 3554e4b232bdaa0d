// Voxels of NIfTI files: numbers from pieces of a file's bytes, and the bytes of a label map on the grid of the image it belongs to.
import { NIFTI1 } from 'nifti-reader-js'
import { headerBytes, versionOf, type NiftiHeader } from './nifti-header.ts'

/** The intensities in whole numbers of bytes from the middle of a file, with its slope and intercept applied in double precision, then rounded to 32 bits. */
export function voxelValues(bytes: Uint8Array, header: NiftiHeader): Float32Array {
  const { type, slope, intercept, isLittle } = header
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
  const values = new Float32Array(bytes.length / type.bytes)
  for (let at = 0; at < values.length; at++)
    values[at] = type.read(view, at * type.bytes, isLittle) * slope + intercept
  return values
}

/** Where fields stand that differ between images and labels on the same grid. */
const layouts = {
  1: { type: 70, offset: 108, slope: 112, intercept: 116, range: [124, 128], intents: [[56, 70]] },
  2: {
    type: 12,
    offset: 168,
    slope: 176,
    intercept: 184,
    range: [192, 200],
    // Parameters; code and name.
    intents: [[80, 104], [504, 524]],
  },
} as const // prettier-ignore

/**
 * The header of a file of labels, one byte each, with the four bytes after it, on the grid that `header` describes: its extents, spacing,
 * units, sform and qform stay, what speaks of intensities goes.
 */
export function labelHeader(header: Uint8Array): Uint8Array {
  const version = versionOf(header)
  const layout = layouts[version]
  const length = headerBytes[version]
  const bytes = new Uint8Array(length + 4)
  bytes.set(header.subarray(0, length))
  const view = new DataView(bytes.buffer)
  const isLittle = header[0] === (length & 0xff)
  const put = (at: number, value: number): void =>
    version === 1 ? view.setFloat32(at, value, isLittle) : view.setFloat64(at, value, isLittle)
  view.setInt16(layout.type, NIFTI1.TYPE_UINT8, isLittle)
  view.setInt16(layout.type + 2, 8, isLittle)
  for (const [from, to] of layout.intents) bytes.fill(0, from, to)
  if (version === 1) put(layout.offset, bytes.length)
  else view.setBigInt64(layout.offset, BigInt(bytes.length), isLittle)
  put(layout.slope, 1)
  for (const at of [layout.intercept, ...layout.range]) put(at, 0)
  return bytes
}
