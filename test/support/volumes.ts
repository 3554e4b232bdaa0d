// Volumes as a file has them: from bytes at once, or through the reader of files, which turns nothing here.
import { readFileSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'
import { isProblem, type Problem } from '../../src/compiler/diagnostics/diagnostic.ts'
import { parseHeader, type NiftiHeader } from '../../src/data/nifti-header.ts'
import { voxelValues } from '../../src/data/nifti.ts'
import type { VolumeHeader } from '../../src/data/volume-header.ts'
import { readImage } from '../../src/node/volume-files.ts'

export interface Volume extends VolumeHeader {
  readonly voxels: readonly number[]
}

export function volumeOf(bytes: Uint8Array): Volume & NiftiHeader {
  const header = parseHeader(bytes, 'a.nii')
  if (isProblem(header)) throw new Error(JSON.stringify(header))
  return { ...header, voxels: [...voxelValues(bytes.subarray(header.offset, header.size), header)] }
}

export async function readVolume(path: string): Promise<Volume | Problem> {
  const found = await readImage([path], 'as_stored')
  return isProblem(found) ? found : { ...found.grid.header, voxels: [...found.image.data] }
}

/** A packed file from its bytes. */
export const readWhole = (path: string): ReturnType<typeof volumeOf> =>
  volumeOf(gunzipSync(readFileSync(path)))
