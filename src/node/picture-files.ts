// Pictures on the disk: the channels and labels of a case, as nnU-Net's reader of natural images has them. A file may hold one channel or several.
import { readFileSync } from 'node:fs'
import { isProblem, problem, type Problem } from '../compiler/diagnostics/diagnostic.ts'
import type { CaseShape, Extents, Geometry, Image } from '../data/case.ts'
import { labelPicture, pictureShape, readPicture, type Picture, type PictureShape } from '../data/picture.ts'
import { machineMemory } from './machine-memory.ts'
import { undeclaredLabels, type ReadLabels } from './volume-files.ts'
import { systemProblem } from './spec-files.ts'
import { writeFiles } from './write-file.ts'

/** One plane; nothing says how large a pixel is, so it counts as one millimetre. */
const geometryOf = ({ height, width }: PictureShape): Geometry => ({
  extents: [1, height, width],
  spacing: [1, 1, 1],
  affine: [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0],
})

/** How large a case is, from the headers of its files. */
export function readPictureShape(
  paths: readonly string[],
  channels: number,
  labelPath?: string,
): CaseShape | Problem {
  const [path = ''] = paths
  const shape = imageShape(paths, channels)
  if (isProblem(shape) || labelPath === undefined) return isProblem(shape) ? shape : caseShape(shape)
  const labels = labelShape(labelPath)
  if (isProblem(labels)) return labels
  return otherExtents({ path: labelPath, shape: labels }, { path, shape }) ?? caseShape(shape)
}

const caseShape = (shape: PictureShape): CaseShape => ({
  extents: geometryOf(shape).extents,
  channels: shape.channels,
  spacing: geometryOf(shape).spacing,
})

/** Of all files together, which have as many channels as are declared. */
function imageShape(paths: readonly string[], channels: number): PictureShape | Problem {
  let first: { readonly path: string; readonly shape: PictureShape } | undefined
  let found = 0
  for (const path of paths) {
    const shape = shapeOf(path)
    if (isProblem(shape)) return shape
    const differs = first === undefined ? undefined : otherExtents({ path, shape }, first)
    if (differs !== undefined) return differs
    first ??= { path, shape }
    found += shape.channels
  }
  if (first === undefined) throw new Error('a case has at least one picture')
  const parts = { path: paths.join(', '), found, what: 'the dataset', expected: channels } as const
  return found === channels ? { ...first.shape, channels } : problem('picture-channels', parts)
}

function labelShape(path: string): PictureShape | Problem {
  const shape = shapeOf(path)
  if (isProblem(shape) || shape.channels === 1) return shape
  return problem('picture-channels', { path, found: shape.channels, what: 'labels', expected: 1 })
}

/** An image from its files, their channels one after the other. */
export function readPictures(paths: readonly string[], channels: number): Image | Problem {
  const shape = imageShape(paths, channels)
  if (isProblem(shape)) return shape
  const data = new Float32Array(channels * shape.height * shape.width)
  let filled = 0
  for (const path of paths) {
    const picture = withBytes(path, readPicture)
    if (isProblem(picture)) return picture
    const wrong = picture.data.reduce((count, value) => (Number.isFinite(value) ? count : count + 1), 0)
    if (wrong > 0) return problem('nifti-not-finite', { path, count: wrong, total: picture.data.length })
    data.set(picture.data, filled)
    filled += picture.data.length
  }
  return { geometry: geometryOf(shape), channels, data }
}

/** The labels of a case, `count` of them; they must be of the extents of its image, where it has one. */
export function readPictureLabels(path: string, count: number, image?: PlacedShape): ReadLabels | Problem {
  const shape = labelShape(path)
  if (isProblem(shape)) return shape
  const differs = image === undefined ? undefined : otherExtents({ path, shape }, image)
  if (differs !== undefined) return differs
  const picture = withBytes(path, readPicture)
  return isProblem(picture) ? picture : labelsOf(picture, path, count)
}

function labelsOf(picture: Picture, path: string, count: number): ReadLabels | Problem {
  const undeclared = new Map<number, number>()
  for (const value of picture.data)
    if (!Number.isInteger(value) || value < 0 || value >= count)
      undeclared.set(value, (undeclared.get(value) ?? 0) + 1)
  if (undeclared.size > 0) return undeclaredLabels(undeclared, path, count)
  return { labels: { geometry: geometryOf(picture), data: Uint8Array.from(picture.data) }, remarks: [] }
}

/** Writes labels as grey values. */
export function writePictureLabels(
  path: string,
  labels: Uint8Array,
  [, height, width]: Extents,
): Problem | undefined {
  return writeFiles([{ path, chunks: () => [labelPicture(path, labels, height, width)] }])
}

function withBytes<T>(path: string, read: (bytes: Uint8Array, path: string) => T | Problem): T | Problem {
  let bytes: Uint8Array
  try {
    bytes = readFileSync(path)
  } catch (error) {
    return systemProblem(error, path)
  }
  return read(bytes, path)
}

/** What the header of a file says, where there is room for its numbers. */
function shapeOf(path: string): PictureShape | Problem {
  const shape = withBytes(path, pictureShape)
  if (isProblem(shape)) return shape
  const { height, width, channels } = shape
  const [bytes, limit] = [4 * height * width * channels, machineMemory()]
  return bytes <= limit
    ? shape
    : problem('volume-too-large', { path, extents: [height, width], bytes, limit })
}

/** A picture by its name. */
export interface PlacedShape {
  readonly path: string
  readonly shape: Pick<PictureShape, 'height' | 'width'>
}

function otherExtents(one: PlacedShape, other: PlacedShape): Problem | undefined {
  const textOf = ({ shape: { height, width } }: PlacedShape): string => `${height}x${width}`
  const [found, expected] = [textOf(one), textOf(other)]
  if (found === expected) return undefined
  return problem('geometry-differs', { path: one.path, other: other.path, what: 'extents', found, expected })
}
