// Files of cases on the disk, for the program that goes along with a deployed model.
import { createReadStream, readdirSync } from 'node:fs'
import { open } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { pipeline } from 'node:stream'
import { createGunzip } from 'node:zlib'
import { DamagedFile, type ByteSource } from '../../../deployed/volume.ts'

export const sourceOf = (path: string): ByteSource => ({
  name: basename(path),
  pieces: () => piecesOf(path),
})

async function* piecesOf(path: string): AsyncGenerator<Uint8Array> {
  const file = createReadStream(path)
  // Errors arrive where the last stream is read.
  const pieces = (await isPacked(path)) ? pipeline(file, createGunzip(), () => {}) : file
  try {
    for await (const piece of pieces) yield piece as Uint8Array
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : ''
    if (!code.startsWith('Z_')) throw error
    throw new DamagedFile(
      code === 'Z_BUF_ERROR' ? 'its gzip data end too early' : 'its gzip data are damaged',
    )
  } finally {
    file.destroy()
  }
}

async function isPacked(path: string): Promise<boolean> {
  const file = await open(path)
  try {
    const { buffer } = await file.read(new Uint8Array(2), 0, 2, 0)
    return buffer[0] === 0x1f && buffer[1] === 0x8b
  } finally {
    await file.close()
  }
}

const fileName = /^(.+)_(\d{4})\.nii(?:\.gz)?$/

/** `CASE_0000.nii.gz`, `CASE_0001.nii`: files of each case in the order of their channels; what has no such name is left out. */
export function casesIn(folder: string, channels: number): ReadonlyMap<string, readonly string[]> {
  const cases = new Map<string, string[]>()
  for (const file of readdirSync(folder).toSorted()) {
    const [, name, channel] = fileName.exec(file) ?? []
    if (name === undefined || Number(channel) >= channels) continue
    cases.set(name, [...(cases.get(name) ?? []), join(folder, file)])
  }
  return cases
}

/** What is wrong with the files of a case that are of one channel; undefined where there is one for each. */
export function repeatedChannel(paths: readonly string[]): string | undefined {
  const names = paths.map((path) => basename(path))
  const channels = names.map((name) => fileName.exec(name)?.[2])
  const at = channels.findIndex((channel, k) => channel === channels[k + 1])
  return at < 0 ? undefined : `${names[at]} and ${names[at + 1]} are of the same channel`
}
