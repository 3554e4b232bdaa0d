// Headers of label maps, one byte a voxel and packed, as NRRD and MetaImage files: what is written beside images of these formats.
// The formats: http://teem.sourceforge.net/nrrd/format.html and https://itk.org/Wiki/ITK/MetaIO/Documentation
import type { Geometry } from './case.ts'

interface ItkPlace {
  /** A vector for each axis, fastest first, of the length of a voxel. */
  readonly axes: readonly (readonly number[])[]
  readonly origin: readonly number[]
  readonly sizes: readonly number[]
}

/** Both formats count to the left, posterior and superior, and axes fastest first. */
function placeOf({ affine, extents }: Geometry): ItkPlace {
  const column = (at: number): readonly number[] =>
    [0, 1, 2].map((row) => (row < 2 ? -1 : 1) * (affine[row * 4 + at] ?? 0) + 0)
  return { axes: [0, 1, 2].map(column), origin: column(3), sizes: extents.toReversed() }
}

/** Voxels follow it as gzip data. */
export function nrrdHeader(geometry: Geometry): string {
  const { axes, origin, sizes } = placeOf(geometry)
  const vector = (numbers: readonly number[]): string => `(${numbers.join(',')})`
  const lines = [
    'NRRD0004',
    'type: uint8',
    'dimension: 3',
    'space: left-posterior-superior',
    `sizes: ${sizes.join(' ')}`,
    `space directions: ${axes.map(vector).join(' ')}`,
    'kinds: domain domain domain',
    'encoding: gzip',
    `space origin: ${vector(origin)}`,
  ]
  return `${lines.join('\n')}\n\n`
}

/** Voxels follow it as `packedBytes` bytes of zlib data. */
export function metaHeader(geometry: Geometry, packedBytes: number): string {
  const { axes, origin, sizes } = placeOf(geometry)
  const lengths = axes.map((axis) => Math.hypot(...axis))
  // The format has a row for each axis.
  const rows = axes.flatMap((axis, at) => axis.map((part) => part / (lengths[at] ?? 1)))
  const lines = [
    'ObjectType = Image',
    'NDims = 3',
    'BinaryData = True',
    'BinaryDataByteOrderMSB = False',
    'CompressedData = True',
    `CompressedDataSize = ${packedBytes}`,
    `TransformMatrix = ${rows.join(' ')}`,
    `Offset = ${origin.join(' ')}`,
    'CenterOfRotation = 0 0 0',
    `ElementSpacing = ${lengths.join(' ')}`,
    `DimSize = ${sizes.join(' ')}`,
    'ElementType = MET_UCHAR',
    'ElementDataFile = LOCAL',
  ]
  return `${lines.join('\n')}\n`
}
