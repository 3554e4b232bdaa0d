// NIfTI files on the disk: images and labels of one case, read into canonical order, and predicted labels written on an image's own grid.
import { readFileSync, statSync } from 'node:fs'
import { gunzipSync, gzipSync } from 'node:zlib'
import { isProblem, problem, type Problem } from '../compiler/diagnostics/diagnostic.ts'
import type { Extents, Geometry, Image, LabelMap } from '../data/case.ts'
import { labelBytes, parseNifti, type NiftiVolume } from '../data/nifti.ts'
import {
  displacement,
  orientationOf,
  turned,
  turnedBack,
  turnedGeometry,
  type Orientation,
} from '../data/orientation.ts'
import { reasonOf, systemProblem } from './spec-files.ts'
import { writeFiles } from './write-file.ts'

/** What a prediction needs to be written on the grid of its input. */
export interface Grid {
  readonly path: string
  readonly header: Uint8Array
  /** In the order of the file. */
  readonly extents: Extents
  readonly orientation: Orientation
}

export interface ReadImage {
  readonly image: Image
  /** Of the first channel's file. */
  readonly grid: Grid
}

/** An axis may lie this many degrees off the scanner's axis that it is taken for; at 45 two would be equally near. */
export const obliqueLimit = 40
/** Channels and labels of one case may lie this part of a voxel apart: rounding of affines, not another grid. */
const displacementLimit = 0.1

/** One image from the files of its channels, in canonical order (inferior to superior, posterior to anterior, left to right). */
export function readImage(paths: readonly string[]): ReadImage | Problem {
  const volumes: NiftiVolume[] = []
  for (const path of paths) {
    const volume = readVolume(path)
    if (isProblem(volume)) return volume
    const wrong = finiteOnly(volume.voxels, path) ?? sameGrid(volume, path, volumes[0], paths[0] ?? '')
    if (wrong !== undefined) return wrong
    volumes.push(volume)
  }
  const [first] = volumes
  if (first === undefined) throw new Error('an image has at least one channel')
  const grid = gridOf(first, paths[0] ?? '')
  return isProblem(grid) ? grid : { image: assemble(volumes, first, grid), grid }
}

function assemble(
  volumes: readonly NiftiVolume[],
  { voxels, affine }: NiftiVolume,
  { extents, orientation }: Grid,
): Image {
  const data = new Float32Array(volumes.length * voxels.length)
  for (const [channel, volume] of volumes.entries())
    data.set(turned(volume.voxels, extents, orientation), channel * voxels.length)
  return { geometry: turnedGeometry(extents, affine, orientation), channels: volumes.length, data }
}

function gridOf({ extents, affine, header }: NiftiVolume, path: string): Grid | Problem {
  const { orientation, degrees } = orientationOf(affine)
  return degrees > obliqueLimit
    ? problem('nifti-oblique', { path, degrees, limit: obliqueLimit })
    : { path, header, extents, orientation }
}

/** The labels of a case; `classes` counts the background. They must lie on the voxels of `grid`, where one is given. */
export function readLabels(
  path: string,
  classes: number,
  beside?: { readonly grid: Grid; readonly geometry: Geometry },
): LabelMap | Problem {
  const volume = readVolume(path)
  if (isProblem(volume)) return volume
  const labels = wholeLabels(volume.voxels, path, classes)
  if (isProblem(labels)) return labels
  const own = gridOf(volume, path)
  if (isProblem(own)) return own
  const { extents, orientation } = own
  const geometry = turnedGeometry(extents, volume.affine, orientation)
  const differs =
    beside === undefined ? undefined : sameGeometry(geometry, path, beside.geometry, beside.grid.path)
  if (differs !== undefined) return differs
  return { geometry: beside?.geometry ?? geometry, data: turned(labels, extents, orientation) }
}

/** Writes labels that are in canonical order on the grid of the image that they were predicted from; packed where the name ends in .gz. */
export function writeLabels(path: string, labels: Uint8Array, grid: Grid): Problem | undefined {
  const bytes = labelBytes(grid.header, turnedBack(labels, grid.extents, grid.orientation))
  return writeFiles([{ path, chunks: () => [path.endsWith('.gz') ? gzipSync(bytes) : bytes] }])
}

/** A file's volume as it lies there, gzip undone where its first bytes say so. */
export function readVolume(path: string): NiftiVolume | Problem {
  const bytes = readBytes(path)
  if (isProblem(bytes)) return bytes
  const unpacked = bytes[0] === 0x1f && bytes[1] === 0x8b ? gunzip(bytes, path) : bytes
  return isProblem(unpacked) ? unpacked : parseNifti(unpacked, path)
}

function readBytes(path: string): Uint8Array | Problem {
  try {
    const stat = statSync(path)
    const reason = stat.isDirectory() ? reasonOf('EISDIR') : 'not a regular file'
    return stat.isFile() ? readFileSync(path) : problem('file-unreadable', { path, reason })
  } catch (error) {
    return systemProblem(error, path)
  }
}

function gunzip(bytes: Uint8Array, path: string): Uint8Array | Problem {
  try {
    return gunzipSync(bytes)
  } catch (error) {
    if (!(error instanceof Error && 'code' in error)) throw error
    const reason = error.code === 'Z_BUF_ERROR' ? 'its gzip data end too early' : 'its gzip data are damaged'
    return problem('nifti-malformed', { path, reason })
  }
}

function finiteOnly(voxels: Float32Array, path: string): Problem | undefined {
  let count = 0
  for (const value of voxels) if (!Number.isFinite(value)) count++
  return count === 0 ? undefined : problem('nifti-not-finite', { path, count, total: voxels.length })
}

function sameGrid(
  volume: NiftiVolume,
  path: string,
  first: NiftiVolume | undefined,
  other: string,
): Problem | undefined {
  return first === undefined ? undefined : sameGeometry(volume, path, first, other)
}

type Placed = Pick<Geometry, 'extents' | 'affine'>

function sameGeometry(found: Placed, path: string, expected: Placed, other: string): Problem | undefined {
  const shown = ({ extents }: Placed): string => extents.join('x')
  const differ = (what: string, a: string, b: string): Problem =>
    problem('geometry-differs', { path, other, what, found: a, expected: b })
  if (shown(found) !== shown(expected)) return differ('extents', shown(found), shown(expected))
  if (displacement(expected.extents, expected.affine, found.affine) <= displacementLimit) return undefined
  return differ('the affine', affineText(found.affine), affineText(expected.affine))
}

const affineText = (affine: readonly number[]): string =>
  `[${affine.map((value) => Number(value.toFixed(3))).join(' ')}]`

function wholeLabels(voxels: Float32Array, path: string, classes: number): Uint8Array | Problem {
  const labels = new Uint8Array(voxels.length)
  const undeclared = new Map<number, number>()
  for (const [at, value] of voxels.entries()) {
    if (Number.isInteger(value) && value >= 0 && value < classes) labels[at] = value
    else undeclared.set(value, (undeclared.get(value) ?? 0) + 1)
  }
  if (undeclared.size === 0) return labels
  const found = [...undeclared]
    .map(([value, count]) => ({ value, voxels: count }))
    .sort((a, b) => b.voxels - a.voxels || a.value - b.value)
  return problem('labels-undeclared', { path, found, classes })
}
