// A NIfTI-1 file of a volume of our own, from its voxels in canonical order: what `weft data` writes.
import { NIFTI1 } from 'nifti-reader-js'
import type { Geometry } from './case.ts'
import { headerBytes } from './nifti-header.ts'

/** The header, and the four bytes that say that no extension follows. */
const start = headerBytes[1] + 4
/** Millimetres. */
const unit = 2
/** Coordinates of the scanner. */
const scanner = 1

/** Little-endian, placed by an sform; intensities as float32, labels as bytes. */
export function volumeBytes(
  { extents, spacing, affine }: Geometry,
  voxels: Float32Array | Uint8Array,
): Uint8Array {
  const size = voxels.BYTES_PER_ELEMENT
  const bytes = new Uint8Array(start + voxels.length * size)
  const view = new DataView(bytes.buffer)
  view.setInt32(0, headerBytes[1], true)
  for (const [at, extent] of [3, ...extents.toReversed(), 1, 1, 1, 1].entries())
    view.setInt16(40 + 2 * at, extent, true)
  view.setInt16(70, size === 1 ? NIFTI1.TYPE_UINT8 : NIFTI1.TYPE_FLOAT32, true)
  view.setInt16(72, 8 * size, true)
  for (const [at, length] of [1, ...spacing.toReversed()].entries())
    view.setFloat32(76 + 4 * at, length, true)
  view.setFloat32(108, start, true)
  view.setFloat32(112, 1, true)
  view.setUint8(123, unit)
  view.setInt16(254, scanner, true)
  for (const [at, value] of affine.entries()) view.setFloat32(280 + 4 * at, value, true)
  bytes.set(new TextEncoder().encode('n+1\0'), 344)
  for (const [at, value] of voxels.entries()) {
    if (size === 1) view.setUint8(start + at, value)
    else view.setFloat32(start + 4 * at, value, true)
  }
  return bytes
}
