// Probabilities of a case as a safetensors file beside its label map: one tensor, `probabilities`, classes × the axes of the file, the slowest first.
// Scores come slice by slice with all classes, and the file has class after class: what is between lies in a temporary file, so that no more
// than one class is in memory.
import { closeSync, openSync, readSync } from 'node:fs'
import { join } from 'node:path'
import { isProblem, type Problem } from '../../compiler/diagnostics/diagnostic.ts'
import type { Extents } from '../../data/case.ts'
import type { ScoredSlice } from '../../data/pipeline/blend.ts'
import { extentsOf } from '../../data/pipeline/crop.ts'
import { voxelsOf } from '../../data/pipeline/grid.ts'
import { onFile, probabilitiesOf, type CropPlace } from '../../data/pipeline/probabilities.ts'
import type { Labelling } from '../../data/pipeline/restore.ts'
import { encode } from '../../weights/dtypes.ts'
import { layOut } from '../../weights/safetensors.ts'
import { temporaryFolder } from '../temporary-folder.ts'
import { writeFiles, writeProblem } from '../write-file.ts'
import { writeFully } from '../write-fully.ts'

export interface ProbabilityFile {
  /** A slice of the box; the problem of a disk that is full. */
  take(slice: ScoredSlice, place: CropPlace): Problem | undefined
  /** Writes the file, once all slices are taken. */
  write(path: string, extents: Extents): Problem | undefined
  close(): void
}

export function openProbabilities(classes: number, labelling: Labelling): ProbabilityFile | Problem {
  const folder = temporaryFolder('weft-probabilities-')
  if (isProblem(folder)) return folder
  const path = join(folder.path, 'slices')
  const fd = openSync(path, 'w+')
  let at: CropPlace | undefined
  const take = ({ z, scores }: ScoredSlice, place: CropPlace): Problem | undefined => {
    at = place
    const [depth, height, width] = extentsOf(place.box)
    try {
      for (const [channel, plane] of probabilitiesOf(scores, labelling).entries())
        writeFully(fd, bytesOf(plane), 4 * height * width * (channel * depth + z))
      return undefined
    } catch (error) {
      return writeProblem(error, path)
    }
  }
  const write = (to: string, extents: Extents): Problem | undefined => {
    const place = at
    if (place === undefined) throw new Error('no slice was taken')
    const shape = [classes, ...extents]
    const { start } = layOut([{ name: 'probabilities', dtype: 'F32', shape }], new Map())
    const chunks = function* (): Generator<Uint8Array> {
      yield start
      for (let channel = 0; channel < classes; channel++)
        yield* pieces(encode(onFile(readChannel(fd, channel, place), channel, place, labelling)))
    }
    return writeFiles([{ path: to, chunks }])
  }
  const close = (): void => {
    closeSync(fd)
    folder.remove()
  }
  return { take, write, close }
}

const bytesOf = ({ buffer, byteOffset, byteLength }: Float32Array): Uint8Array =>
  new Uint8Array(buffer, byteOffset, byteLength)

/** Node reads and writes less than 2 GiB at once. */
const atOnceBytes = 2 ** 28

function* pieces(bytes: Uint8Array): Generator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += atOnceBytes) yield bytes.subarray(at, at + atOnceBytes)
}

function readChannel(
  fd: number,
  channel: number,
  { box }: CropPlace,
): { readonly extents: Extents; readonly data: Float32Array } {
  const extents = extentsOf(box)
  const data = new Float32Array(voxelsOf(extents))
  const bytes = bytesOf(data)
  for (let done = 0; done < bytes.length;) {
    const read = readSync(
      fd,
      bytes,
      done,
      Math.min(bytes.length - done, atOnceBytes),
      channel * bytes.length + done,
    )
    if (read === 0) throw new Error('a file of slices is shorter than what was written to it')
    done += read
  }
  return { extents, data }
}
