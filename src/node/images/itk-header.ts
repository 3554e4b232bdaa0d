// What ITK says of an image as what Weft knows of a volume: its axes slowest first, its places to the right, anterior and superior.
import type { VolumeHeader } from '../../data/volume-header.ts'
import type { ItkImage } from './itk.ts'

type Place = Pick<ItkImage, 'direction' | 'spacing' | 'origin'>

/** NIfTI's voxel-to-world matrix, which counts two axes of the world against ITK. */
export function affineOf({ direction, spacing, origin }: Place): readonly number[] {
  const axes = spacing.length
  return [0, 1, 2].flatMap((row) => {
    const sign = row < 2 ? -1 : 1
    const column = (axis: number): number =>
      axis < axes && row < axes
        ? sign * (direction[row * axes + axis] ?? 0) * (spacing[axis] ?? 1)
        : Number(axis === row)
    return [column(0), column(1), column(2), sign * (origin[row] ?? 0)]
  })
}

const real = new Set(['int8', 'uint8', 'int16', 'uint16', 'int32', 'uint32', 'int64', 'uint64', 'float32', 'float64']) // prettier-ignore

/** The header, or why this is no volume. */
export function volumeHeader(image: ItkImage, isPlaced: boolean, path: string): VolumeHeader | string {
  const { imageType, size, spacing } = image
  const { dimension, components, componentType } = imageType
  if (components !== 1) return `it has ${components} numbers a voxel, and a volume has one`
  if (dimension < 2 || dimension > 3)
    return `it has ${dimension} axes (${size.join('x')}), and a volume has three`
  if (!real.has(componentType)) return `its voxels are of the type ${componentType}`
  const [i = 0, j = 0, k = 1] = size
  if (i * j * k === 0) return `its extents are ${size.join('x')}`
  const [x = NaN, y = NaN, z = 1] = spacing
  if (![x, y, z].every((length) => Number.isFinite(length) && length > 0))
    return `its sizes of voxels are ${spacing.join(' x ')}`
  const affine = affineOf(image)
  if (!affine.every(Number.isFinite)) return 'its header does not place the voxels in space'
  const remarks = isPlaced ? [] : [{ kind: 'no-forms' as const, path, found: unplaced }]
  return { extents: [k, j, i], rank: dimension, sizes: [z, y, x], unit: 1, affine, isPlaced, slope: 1, intercept: 0, remarks } // prettier-ignore
}

const unplaced = 'it has no directions; i is taken to lead to the left and j to the back, as ITK does'

const pieceLength = 1 << 16

/** The numbers as float32, a piece after the other. */
export function* pieces(
  data: ItkImage['data'],
): Generator<{ readonly first: number; readonly values: Float32Array }> {
  for (let first = 0; first < data.length; first += pieceLength)
    yield { first, values: Float32Array.from(data.subarray(first, first + pieceLength) as ArrayLike<number | bigint>, Number) } // prettier-ignore
}
