// Volumes on the disk: images and labels of one case, read into canonical order, and predicted labels written on an image's own grid.
import { deflateSync, gzipSync } from 'node:zlib'
import { isProblem, problem, type Problem } from '../compiler/diagnostics/diagnostic.ts'
import type { OrientationPolicy } from '../compiler/semantics/declarations/train.ts'
import type { CaseShape, Geometry, Image, LabelMap } from '../data/case.ts'
import { metaHeader, nrrdHeader } from '../data/label-volumes.ts'
import { volumeBytes } from '../data/nifti-volume.ts'
import { labelHeader } from '../data/nifti.ts'
import { placesOf, spacingOf, turnedBack, turnedGeometry, type Orientation } from '../data/orientation.ts'
import type { FileRemark } from '../data/remarks.ts'
import { orientationIn, remarksUnder, statedSizes, type Grid } from '../data/volume-grid.ts'
import type { VolumeHeader } from '../data/volume-header.ts'
import { openVolumeFile } from './images/open-volume.ts'
import type { VolumeFile } from './images/volume-file.ts'
import { machineMemory } from './machine-memory.ts'
import { writeFiles } from './write-file.ts'

export interface ReadImage {
  readonly image: Image
  /** Of the first channel's file. */
  readonly grid: Grid
  readonly remarks: readonly FileRemark[]
}

export interface ReadLabels {
  readonly labels: LabelMap
  readonly remarks: readonly FileRemark[]
}

// ---------------------------------------------------------------- headers

/** What the headers of a case's files say, with those of its labels where it has any: whether they can be read, and how large it is. */
export async function readShape(
  paths: readonly string[],
  labelPath?: string,
  policy: OrientationPolicy = 'strict',
): Promise<CaseShape | Problem> {
  const found = await headersOf(paths, policy)
  if (isProblem(found)) return found
  const { grid, files } = found
  const labels = labelPath === undefined ? undefined : await placeFile(labelPath, policy, grid)
  if (isProblem(labels)) return labels
  const { extents, affine } = grid.header
  const remarks = [...files, ...(labels === undefined ? [] : [labels])].flatMap(
    ({ header }) => header.remarks,
  )
  const turned = turnedGeometry(extents, affine, grid.orientation)
  return {
    extents: turned.extents,
    channels: files.length,
    spacing: statedSizes(grid) ?? turned.spacing,
    remarks,
  }
}

/** The grid that the files of a case lie on, without their voxels. */
export async function readGrid(
  paths: readonly string[],
  policy: OrientationPolicy,
): Promise<{ readonly grid: Grid; readonly remarks: readonly FileRemark[] } | Problem> {
  const found = await headersOf(paths, policy)
  if (isProblem(found)) return found
  return { grid: found.grid, remarks: found.files.flatMap(({ header }) => header.remarks) }
}

/** The headers of a case's channels, which must lie on one grid, and how they are turned. */
interface CaseHeaders {
  readonly grid: Grid
  readonly files: readonly PlacedFile[]
}

interface PlacedFile extends VolumeFile {
  readonly orientation: Orientation
}

async function headersOf(
  paths: readonly string[],
  policy: OrientationPolicy,
): Promise<CaseHeaders | Problem> {
  const files: PlacedFile[] = []
  let grid: Grid | undefined
  for (const path of paths) {
    const placed = await placeFile(path, policy, grid)
    if (isProblem(placed)) return placed
    files.push(placed)
    grid ??= placed
  }
  if (grid === undefined) throw new Error('an image has at least one channel')
  return { grid, files }
}

/** A file's header and orientation; it must lie on the voxels of `grid`, where one is given. */
async function placeFile(
  path: string,
  policy: OrientationPolicy,
  grid: Grid | undefined,
): Promise<PlacedFile | Problem> {
  const file = await openVolumeFile(path)
  if (isProblem(file)) return file
  const { header } = file
  const orientation = orientationIn(header, path, policy, grid)
  if (isProblem(orientation)) return orientation
  return { ...file, header: { ...header, remarks: remarksUnder(policy, header) }, orientation }
}

// ---------------------------------------------------------------- voxels

/** One image from the files of its channels, in canonical order (inferior to superior, posterior to anterior, left to right). */
export async function readImage(
  paths: readonly string[],
  policy: OrientationPolicy = 'strict',
): Promise<ReadImage | Problem> {
  const found = await headersOf(paths, policy)
  if (isProblem(found)) return found
  const { grid, files } = found
  const { extents, affine } = grid.header
  const count = extents[0] * extents[1] * extents[2]
  const data = room(count * files.length, grid)
  if (isProblem(data)) return data
  const remarks: FileRemark[] = []
  for (const [channel, one] of files.entries()) {
    const read = await readChannel(one, data.subarray(channel * count, (channel + 1) * count))
    if (isProblem(read)) return read
    remarks.push(...one.header.remarks, ...read)
  }
  const geometry = turnedGeometry(extents, affine, grid.orientation)
  return { image: { geometry, channels: files.length, data }, grid, remarks }
}

/** Memory for an image, or why there is too little. */
function room(count: number, { path, header }: Grid): Float32Array | Problem {
  const limit = machineMemory()
  const tooLarge = problem('volume-too-large', { path, extents: header.extents, bytes: 4 * count, limit })
  if (4 * count > limit) return tooLarge
  try {
    return new Float32Array(count)
  } catch (error) {
    if (error instanceof RangeError) return tooLarge
    throw error
  }
}

async function readChannel(placed: PlacedFile, into: Float32Array): Promise<readonly FileRemark[] | Problem> {
  let wrong = 0
  const read = await readVoxels(placed, (value, place) => {
    into[place] = value
    if (!Number.isFinite(value)) wrong++
  })
  if (isProblem(read) || wrong === 0) return read
  return problem('nifti-not-finite', { path: placed.path, count: wrong, total: into.length })
}

/** The labels of a case; `classes` counts the background. They must lie on the voxels of `grid`, where one is given. */
export async function readLabels(
  path: string,
  classes: number,
  { policy = 'strict', grid }: { readonly policy?: OrientationPolicy; readonly grid?: Grid } = {},
): Promise<ReadLabels | Problem> {
  const placed = await placeFile(path, policy, grid)
  if (isProblem(placed)) return placed
  const { extents } = placed.header
  const data = new Uint8Array(extents[0] * extents[1] * extents[2])
  const undeclared = new Map<number, number>()
  const read = await readVoxels(placed, (value, place) => {
    if (Number.isInteger(value) && value >= 0 && value < classes) data[place] = value
    else if (undeclared.size < valueLimit || undeclared.has(value))
      undeclared.set(value, (undeclared.get(value) ?? 0) + 1)
  })
  if (isProblem(read)) return read
  if (undeclared.size > 0) return undeclaredLabels(undeclared, path, classes, placed.header)
  const own = grid ?? placed
  const geometry: Geometry = turnedGeometry(own.header.extents, own.header.affine, own.orientation)
  return { labels: { geometry, data }, remarks: [...placed.header.remarks, ...read] }
}

/** An image in the place of labels has a value for each voxel: more are not counted. */
const valueLimit = 1000

/** The problem of values that are no labels, with how many voxels have each. */
export function undeclaredLabels(
  found: ReadonlyMap<number, number>,
  path: string,
  classes: number,
  { slope, intercept }: Pick<VolumeHeader, 'slope' | 'intercept'> = { slope: 1, intercept: 0 },
): Problem {
  const sorted = [...found]
    .map(([value, count]) => ({ value, voxels: count }))
    .sort((a, b) => b.voxels - a.voxels || a.value - b.value)
  const isScaled = slope !== 1 || intercept !== 0
  const off = Math.max(...sorted.map(({ value }) => Math.abs(value - Math.round(value))))
  const scaled = isScaled && off <= Math.max(1e-4, Math.abs(slope)) ? { scaled: { slope, off } } : {}
  const more = found.size < valueLimit ? {} : ({ isMore: true } as const)
  return problem('labels-undeclared', { path, found: sorted, classes, ...scaled, ...more })
}

/** Tells of each voxel where it goes. */
async function readVoxels(
  file: PlacedFile,
  take: (value: number, place: number) => void,
): Promise<readonly FileRemark[] | Problem> {
  const places = placesOf(file.header.extents, file.orientation)
  return file.readVoxels((values, first) =>
    places(first, values.length, (at, place) => take(values[at] ?? 0, place)),
  )
}

// ---------------------------------------------------------------- writing

/**
 * Writes labels that are in canonical order on the grid of the image that they were predicted from, in the format that the name ends in; NIfTI is
 * packed where it ends in .gz, the others always.
 */
export function writeLabels(path: string, labels: Uint8Array, grid: Grid): Problem | undefined {
  const { header, orientation } = grid
  const stored = turnedBack(labels, header.extents, orientation)
  return writeFiles([{ path, chunks: () => labelChunks(path, stored, grid) }])
}

/** Labels are in the order of the file. */
function labelChunks(path: string, labels: Uint8Array, { header, nifti }: Grid): Iterable<Uint8Array> {
  const { extents, affine } = header
  const geometry = { extents, affine, spacing: spacingOf(affine) }
  const text = new TextEncoder()
  if (path.endsWith('.nrrd')) return [text.encode(nrrdHeader(geometry)), gzipSync(labels)]
  if (path.endsWith('.mha')) {
    const packed = deflateSync(labels)
    return [text.encode(metaHeader(geometry, packed.length)), packed]
  }
  const pieces = nifti === undefined ? [volumeBytes(geometry, labels)] : [labelHeader(nifti), labels]
  return path.endsWith('.gz') ? [gzipSync(Buffer.concat(pieces))] : pieces.flatMap(smallPieces)
}

const writtenBytes = 2 ** 28

/** Node writes less than 2 GiB at once. */
function smallPieces(bytes: Uint8Array): Uint8Array[] {
  const count = Math.ceil(bytes.length / writtenBytes)
  return Array.from({ length: count }, (_, k) => bytes.subarray(k * writtenBytes, (k + 1) * writtenBytes))
}
