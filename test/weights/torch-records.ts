// Checkpoints of PyTorch taken apart and put together again, right and wrong ones.
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { isProblem } from '../../src/compiler/diagnostics/diagnostic.ts'
import { contentOffset, parseDirectory, parseEnd, parseEnd64 } from '../../src/weights/torch/zip.ts'
import { zipped } from '../../src/weights/torch/zip-writing.ts'
import { repository } from '../examples/compile-example.ts'
import { workspace } from '../support/run-weft.ts'

/** Written by torch: peers/torch_files.py. */
export const torchFile = (name: string): string => `${repository}test/weights/torch-files/${name}`

export type Records = ReadonlyMap<string, Uint8Array>

/** The contents of an archive by name. */
export function recordsOf(path: string): Records {
  const bytes = readFileSync(path)
  const end = parseEnd(bytes)
  const place = end?.kind === 'elsewhere' ? parseEnd64(bytes.subarray(end.at)) : end?.place
  if (place === undefined) throw new Error(`${path} is no archive`)
  const records = parseDirectory(bytes.subarray(place.begin, place.begin + place.bytes), place.records)
  if (typeof records === 'string') throw new Error(records)
  return new Map(
    records.map(({ name, at, bytes: length }) => {
      const begin = at + (contentOffset(bytes.subarray(at)) ?? NaN)
      return [name, bytes.subarray(begin, begin + length)]
    }),
  )
}

export function archiveOf(records: Records): Buffer {
  const toWrite = [...records].map(([name, content]) => ({
    name,
    bytes: content.length,
    chunks: () => [content],
  }))
  return Buffer.concat([...zipped(toWrite)].flatMap((chunk) => (isProblem(chunk) ? [] : [chunk])))
}

/** A file of its own with these bytes. */
export function fileOf(bytes: Uint8Array): string {
  const path = join(workspace(), 'w.pth')
  writeFileSync(path, bytes)
  return path
}
