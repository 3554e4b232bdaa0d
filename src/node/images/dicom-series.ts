// A folder of DICOM slices as one volume. Each file is read by itself: as a series the library would apply one slice's slope to all, and straighten
// what was taken with a tilted gantry. Slices are sorted along their normal, and have to lie on a regular grid.
import { readdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { isProblem, problem, type Problem } from '../../compiler/diagnostics/diagnostic.ts'
import { openBytes } from '../file-bytes.ts'
import { systemProblem } from '../spec-files.ts'
import { missingPixels } from './dicom-pixels.ts'
import { pieces, volumeHeader } from './itk-header.ts'
import { loadItk, type Itk, type ItkImage } from './itk.ts'
import type { VolumeFile } from './volume-file.ts'

export async function openSeries(folder: string): Promise<VolumeFile | Problem> {
  const slices = await readSlices(folder)
  if (isProblem(slices)) return slices
  const { itk, list } = slices
  const grid = gridOf(list)
  if (typeof grid === 'string') return problem('series-unsupported', { path: folder, reason: grid })
  const header = volumeHeader(grid.image, true, folder)
  if (typeof header === 'string') return problem('series-unsupported', { path: folder, reason: header })
  const area = header.extents[1] * header.extents[2]
  return {
    path: folder,
    header,
    readVoxels: async (take) => {
      for (const [place, { path }] of grid.sorted.entries()) {
        const image = await itk.read(resolve(path), 'voxels')
        if ('reason' in image) return malformed(path, image.reason)
        for (const { first, values } of pieces(image.data)) take(values, place * area + first)
      }
      return []
    },
  }
}

const format = 'DICOM'

const malformed = (path: string, reason: string): Problem =>
  problem('volume-malformed', { path, format, reason })

interface Slice {
  readonly path: string
  readonly image: ItkImage
}

async function readSlices(
  folder: string,
): Promise<{ readonly itk: Itk; readonly list: readonly Slice[] } | Problem> {
  const names = filesIn(folder)
  if (isProblem(names)) return names
  if (names.length === 0)
    return problem('series-unsupported', { path: folder, reason: 'the folder is empty' })
  const itk = await loadItk(format, folder)
  if (isProblem(itk)) return itk
  const list: Slice[] = []
  for (const name of names) {
    const path = join(folder, name)
    const file = openBytes(path)
    if (isProblem(file)) return file
    const image = await itk.read(resolve(path), 'header')
    if ('reason' in image) return malformed(path, image.reason)
    const cut = cutOff(path, image)
    if (cut !== undefined) return malformed(path, cut)
    list.push({ path, image })
  }
  return { itk, list }
}

function cutOff(path: string, { metadata }: ItkImage): string | undefined {
  const [rows, columns, samples, bits] = ['0028|0010', '0028|0011', '0028|0002', '0028|0100'].map((tag) => Number(metadata.get(tag))) // prettier-ignore
  const missing = missingPixels(
    readFileSync(path),
    ((rows ?? 0) * (columns ?? 0) * (samples ?? 1) * (bits ?? 0)) / 8,
  )
  return missing === undefined ? undefined : `it is cut off: ${missing} bytes of its pixels are missing`
}

function filesIn(folder: string): readonly string[] | Problem {
  try {
    return readdirSync(folder)
      .filter((name) => !name.startsWith('.'))
      .toSorted()
  } catch (error) {
    return systemProblem(error, folder)
  }
}

// ---------------------------------------------------------------- the grid

/** Slices may lie this part of the smallest size of a voxel off their places: rounding of positions. */
const offLimit = 0.1

interface SeriesGrid {
  readonly sorted: readonly Slice[]
  /** The whole, without numbers. */
  readonly image: ItkImage
}

/** The slices in their order and the volume that they make, or why they make none. */
function gridOf(list: readonly Slice[]): SeriesGrid | string {
  const [any] = list
  if (any === undefined || list.length === 1)
    return 'there is one file, and the distance of slices is that between two; a file of several frames is not read'
  const unlike = differenceIn(list, any)
  if (unlike !== undefined) return unlike
  const normal = normalOf(any.image)
  const along = (point: readonly number[]): number => dot(point, normal)
  const sorted = list.toSorted((a, b) => along(a.image.origin) - along(b.image.origin))
  const [first, last] = [sorted[0] ?? any, sorted.at(-1) ?? any]
  const distance = along(minus(last.image.origin, first.image.origin)) / (list.length - 1)
  const limit = offLimit * Math.min(distance, ...any.image.spacing.slice(0, 2))
  const wrong = repeated(sorted, along) ?? misplaced(sorted, { normal, distance, limit })
  if (wrong !== undefined) return wrong
  const { imageType, direction, size, spacing, data, metadata } = first.image
  const [x = 1, y = 1] = spacing
  const image: ItkImage = {
    imageType: { ...imageType, dimension: 3 },
    origin: first.image.origin,
    spacing: [x, y, distance],
    direction,
    size: [size[0] ?? 1, size[1] ?? 1, list.length],
    data,
    metadata,
  }
  return { sorted, image }
}

/** What has to be the same in all slices, in people's words. */
const shared: readonly (readonly [what: string, of: (image: ItkImage) => string, shows: boolean])[] = [
  ['of another series', ({ metadata }) => String(metadata.get('0020|000e')), false],
  ['of other extents', ({ size }) => size.join('x'), true],
  ['of pixels of another size', ({ spacing }) => spacing.slice(0, 2).map((mm) => mm.toFixed(5)).join('x'), true],
  ['turned otherwise', ({ direction }) => Array.from(direction, (cosine) => cosine.toFixed(4)).join(), false],
] // prettier-ignore

function differenceIn(list: readonly Slice[], { path: firstPath, image: first }: Slice): string | undefined {
  const frames = list.find(({ image: { size } }) => (size[2] ?? 1) > 1)
  if (frames !== undefined) return `${frames.path} has ${frames.image.size[2]} frames; a file has one slice`
  for (const [what, of, shows] of shared) {
    const other = list.find(({ image }) => of(image) !== of(first))
    if (other === undefined) continue
    return `${other.path} is ${what} than ${firstPath}${shows ? `: ${of(other.image)} and ${of(first)}` : ''}`
  }
  return undefined
}

/** Millimetres; positions are written with fewer digits. */
const samePlace = 1e-4

function repeated(sorted: readonly Slice[], along: (point: readonly number[]) => number): string | undefined {
  for (const [at, { path, image }] of sorted.entries()) {
    const before = sorted[at - 1]
    if (before !== undefined && along(image.origin) - along(before.image.origin) < samePlace)
      return `${before.path} and ${path} lie at the same place`
  }
  return undefined
}

interface Spread {
  readonly normal: readonly number[]
  readonly distance: number
  /** Millimetres. */
  readonly limit: number
}

function misplaced(sorted: readonly Slice[], { normal, distance, limit }: Spread): string | undefined {
  const origin = sorted[0]?.image.origin ?? []
  for (const [at, { path, image }] of sorted.entries()) {
    const from = minus(image.origin, origin)
    const depth = dot(from, normal)
    const step = depth - dot(minus(sorted[at - 1]?.image.origin ?? origin, origin), normal)
    const sideways = Math.hypot(...from.map((mm, axis) => mm - depth * (normal[axis] ?? 0)))
    if (sideways > limit) return `${path} lies ${sideways.toFixed(2)} mm beside the first slice, as with a tilted gantry` // prettier-ignore
    if (Math.abs(depth - at * distance) > limit)
      return `their distances differ: ${path} lies ${step.toFixed(3)} mm behind the slice before it, and on average it is ${distance.toFixed(3)} mm; slices may be missing`
  }
  return undefined
}

const dot = (a: readonly number[], b: readonly number[]): number =>
  a.reduce((sum, value, axis) => sum + value * (b[axis] ?? 0), 0)

const minus = (a: readonly number[], b: readonly number[]): readonly number[] =>
  a.map((value, axis) => value - (b[axis] ?? 0))

/** The third column, along which ITK counts slices. */
const normalOf = ({ direction }: ItkImage): readonly number[] => [2, 5, 8].map((at) => direction[at] ?? 0)
