// A file of NRRD or MetaImage, as ITK reads it. Before that its header, which is text, is looked at for what ITK makes up or misreads without a word.
import { closeSync, openSync, readSync } from 'node:fs'
import { resolve } from 'node:path'
import { isProblem, problem, type Problem } from '../../compiler/diagnostics/diagnostic.ts'
import { openBytes } from '../file-bytes.ts'
import { pieces, volumeHeader } from './itk-header.ts'
import { loadItk } from './itk.ts'
import type { VolumeFile } from './volume-file.ts'

export type ItkFileFormat = 'NRRD' | 'MetaImage'

export async function openItkFile(path: string, format: ItkFileFormat): Promise<VolumeFile | Problem> {
  const malformed = (reason: string): Problem => problem('volume-malformed', { path, format, reason })
  const file = openBytes(path)
  if (isProblem(file)) return file
  const entries = format === 'NRRD' ? nrrdEntries(path) : metaEntries(path)
  if (entries === undefined) return malformed(`it does not begin as a file of ${format}`)
  const misread = misreadBy(entries, format)
  if (misread !== undefined) return malformed(misread)
  const itk = await loadItk(format, path)
  if (isProblem(itk)) return itk
  const image = await itk.read(resolve(path), 'header')
  if ('reason' in image) return malformed(image.reason)
  const header = volumeHeader(image, placing[format].some((key) => entries.has(key)), path) // prettier-ignore
  if (typeof header === 'string') return malformed(header)
  return {
    path,
    header,
    readVoxels: async (take) => {
      const whole = await itk.read(resolve(path), 'voxels')
      if ('reason' in whole) return malformed(whole.reason)
      for (const { first, values } of pieces(whole.data)) take(values, first)
      return []
    },
  }
}

// ---------------------------------------------------------------- the text of the header

/** More than any header has. */
const headerLimit = 1 << 16

/** Keys in lower case; undefined where the file does not begin like one of the format. */
type Entries = ReadonlyMap<string, string>

function linesOf(path: string): readonly string[] {
  const start = Buffer.alloc(headerLimit)
  const file = openSync(path, 'r')
  try {
    return start.toString('latin1', 0, readSync(file, start)).split(/\r?\n/)
  } finally {
    closeSync(file)
  }
}

/** Fields until the first empty line: http://teem.sourceforge.net/nrrd/format.html */
function nrrdEntries(path: string): Entries | undefined {
  const [magic = '', ...lines] = linesOf(path)
  if (!/^NRRD\d{4}$/.test(magic)) return undefined
  const end = lines.indexOf('')
  return entriesOf(end < 0 ? lines : lines.slice(0, end), ':')
}

/** Entries until the one that says where the voxels are: https://itk.org/Wiki/ITK/MetaIO/Documentation */
function metaEntries(path: string): Entries | undefined {
  const lines = linesOf(path)
  const end = lines.findIndex((line) => /^\s*ElementDataFile\s*=/.test(line))
  return end < 0 ? undefined : entriesOf(lines.slice(0, end), '=')
}

function entriesOf(lines: readonly string[], sign: string): Entries {
  const pairs = lines.flatMap((line) => {
    const at = line.indexOf(sign)
    return at < 0 ? [] : [[line.slice(0, at).trim().toLowerCase(), line.slice(at + 1).trim()] as const]
  })
  return new Map(pairs)
}

/** One of these says how the axes lie. */
const placing: Readonly<Record<ItkFileFormat, readonly string[]>> = {
  NRRD: ['space', 'space dimension'],
  MetaImage: ['transformmatrix', 'rotation', 'orientation'],
}

/** One of these says how large voxels are. */
const sizing: Readonly<Record<ItkFileFormat, readonly string[]>> = {
  NRRD: ['space directions', 'spacings'],
  MetaImage: ['elementspacing', 'elementsize'],
}

function misreadBy(entries: Entries, format: ItkFileFormat): string | undefined {
  const type = entries.get('elementtype') ?? ''
  if (/^MET_U?LONG(_ARRAY)?$/.test(type))
    return `its numbers are of the type ${type}, which has 4 bytes on some machines and 8 on others; write it with MET_INT`
  return sizing[format].some((key) => entries.has(key)) ? undefined : 'its header says no size of voxels'
}
