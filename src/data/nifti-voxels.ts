// The voxels of a NIfTI file, from its unpacked bytes as they come.
import type { NiftiHeader } from './nifti-header.ts'
import { voxelValues } from './nifti.ts'

/** Bytes that may follow the voxels without a word: some writers fill the last block. */
const slackBytes = 1 << 16

export interface VoxelSink {
  /** Takes the bytes that follow those before; `enough` once there are far more than the header speaks of. */
  push(piece: Uint8Array): 'more' | 'enough'
  /** How many bytes have come so far. */
  received(): number
}

/** Tells of the voxels piece by piece, `first` the place of a piece's first. */
export function voxelSink(
  header: NiftiHeader,
  take: (values: Float32Array, first: number) => void,
): VoxelSink {
  let [position, first] = [0, 0]
  let carried = new Uint8Array(0)
  return {
    received: () => position,
    push(piece) {
      const part = piece.subarray(Math.max(0, header.offset - position), Math.max(0, header.size - position))
      position += piece.length
      const bytes = carried.length === 0 ? part : joined(carried, part)
      const whole = bytes.length - (bytes.length % header.type.bytes)
      const values = voxelValues(bytes.subarray(0, whole), header)
      take(values, first)
      first += values.length
      carried = bytes.slice(whole)
      return isBeyond(header, position) ? 'enough' : 'more'
    },
  }
}

/** Whether so many bytes are more than the header speaks of. */
export const isBeyond = ({ size }: NiftiHeader, received: number): boolean => received > size + slackBytes

function joined(a: Uint8Array, b: Uint8Array): Uint8Array {
  const all = new Uint8Array(a.length + b.length)
  all.set(a)
  all.set(b, a.length)
  return all
}
