// The files of a case, whatever their format: volumes, and pictures as PNG or TIFF.
import { isProblem, type Problem } from '../compiler/diagnostics/diagnostic.ts'
import type { OrientationPolicy } from '../compiler/semantics/declarations/train.ts'
import type { CaseShape, Image } from '../data/case.ts'
import { isPicture, pictureEndings } from '../data/picture.ts'
import type { FileRemark } from '../data/remarks.ts'
import { labelEnding, volumeEndings } from './images/open-volume.ts'
import { readImage, readLabels, readShape, writeLabels, type ReadLabels } from './volume-files.ts'
import { readPictureLabels, readPictures, readPictureShape, writePictureLabels } from './picture-files.ts'

/** What files of cases may end in. */
export const caseEndings: readonly string[] = [...volumeEndings, ...pictureEndings]

/** Of a case that may have labels. */
export interface CaseFiles {
  readonly images: readonly string[]
  readonly labels?: string
}

/** How files are to be read. */
export interface Reading {
  /** Of an image; a picture may hold several in one file. */
  readonly channels: number
  readonly orientation: OrientationPolicy
}

export interface OpenedImage {
  readonly image: Image
  readonly remarks: readonly FileRemark[]
  /** Its labels, `count` of them, which have to lie on the same voxels. */
  readLabels(path: string, count: number): Promise<ReadLabels | Problem>
  /** What files of labels for it end in. */
  readonly ending: string
  /** Writes labels on the image's own grid. */
  writeLabels(path: string, labels: Uint8Array): Problem | undefined
}

const ofPictures = ({ images: [first = ''] }: CaseFiles): boolean => isPicture(first)

/** What the headers of a case's files say. */
export async function readCaseShape(
  files: CaseFiles,
  { channels, orientation }: Reading,
): Promise<CaseShape | Problem> {
  return ofPictures(files)
    ? readPictureShape(files.images, channels, files.labels)
    : readShape(files.images, files.labels, orientation)
}

export async function readCaseImage(
  files: CaseFiles,
  { channels, orientation }: Reading,
): Promise<OpenedImage | Problem> {
  if (ofPictures(files)) return openPictures(files.images, channels)
  const found = await readImage(files.images, orientation)
  if (isProblem(found)) return found
  const { image, grid, remarks } = found
  return {
    image,
    remarks,
    readLabels: (path, count) => readLabels(path, count, { policy: orientation, grid }),
    ending: labelEnding(grid.path),
    writeLabels: (path, labels) => writeLabels(path, labels, grid),
  }
}

function openPictures(paths: readonly string[], channels: number): OpenedImage | Problem {
  const image = readPictures(paths, channels)
  if (isProblem(image)) return image
  const [first = ''] = paths
  const { extents } = image.geometry
  const [, height, width] = extents
  return {
    image,
    remarks: [],
    readLabels: async (path, count) =>
      readPictureLabels(path, count, { path: first, shape: { height, width } }),
    ending: first.slice(first.lastIndexOf('.')),
    writeLabels: (path, labels) => writePictureLabels(path, labels, extents),
  }
}
