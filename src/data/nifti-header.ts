// What the header of a NIfTI-1 or NIfTI-2 file says: extents, type of the numbers, and where the voxels lie in the scanner's space.
// The formats: https://nifti.nimh.nih.gov/pub/dist/src/niftilib/nifti1.h and https://nifti.nimh.nih.gov/pub/dist/doc/nifti2.h
import { isNIFTI2, NIFTI1, NIFTI2 } from 'nifti-reader-js'
import { isProblem, problem, type Problem } from '../compiler/diagnostics/diagnostic.ts'
import type { Extents } from './case.ts'
import { affineTo, orientationOf, spacingOf } from './orientation.ts'
import type { FileRemark } from './remarks.ts'
import type { VolumeHeader } from './volume-header.ts'

export interface NumberType {
  readonly name: string
  readonly bytes: number
  read(view: DataView, at: number, little: boolean): number
}

/** Sizes of voxels are those of `pixdim`. */
export interface NiftiHeader extends VolumeHeader {
  readonly type: NumberType
  readonly isLittle: boolean
  /** Where voxels begin, and how many bytes there are with them. */
  readonly offset: number
  readonly size: number
  /** The file's own bytes of it: what is written for the same grid repeats them. */
  readonly bytes: Uint8Array
}

const numberTypes: ReadonlyMap<number, NumberType> = new Map([
  [NIFTI1.TYPE_UINT8, { name: 'uint8', bytes: 1, read: (view, at) => view.getUint8(at) }],
  [NIFTI1.TYPE_INT8, { name: 'int8', bytes: 1, read: (view, at) => view.getInt8(at) }],
  [NIFTI1.TYPE_INT16, { name: 'int16', bytes: 2, read: (view, at, little) => view.getInt16(at, little) }],
  [NIFTI1.TYPE_UINT16, { name: 'uint16', bytes: 2, read: (view, at, little) => view.getUint16(at, little) }],
  [NIFTI1.TYPE_INT32, { name: 'int32', bytes: 4, read: (view, at, little) => view.getInt32(at, little) }],
  [NIFTI1.TYPE_UINT32, { name: 'uint32', bytes: 4, read: (view, at, little) => view.getUint32(at, little) }],
  [
    NIFTI1.TYPE_FLOAT32,
    { name: 'float32', bytes: 4, read: (view, at, little) => view.getFloat32(at, little) },
  ],
  [
    NIFTI1.TYPE_FLOAT64,
    { name: 'float64', bytes: 8, read: (view, at, little) => view.getFloat64(at, little) },
  ],
  [
    NIFTI1.TYPE_INT64,
    { name: 'int64', bytes: 8, read: (view, at, little) => Number(view.getBigInt64(at, little)) },
  ],
  [
    NIFTI1.TYPE_UINT64,
    { name: 'uint64', bytes: 8, read: (view, at, little) => Number(view.getBigUint64(at, little)) },
  ],
] satisfies [number, NumberType][])

const otherTypes: Readonly<Record<number, string>> = {
  [NIFTI1.TYPE_BINARY]: 'single bits',
  [NIFTI1.TYPE_RGB24]: 'colours (RGB24)',
  2304: 'colours (RGBA32)',
  [NIFTI1.TYPE_FLOAT128]: 'floating point numbers of 128 bits',
  [NIFTI1.TYPE_COMPLEX64]: 'complex numbers',
  [NIFTI1.TYPE_COMPLEX128]: 'complex numbers',
  [NIFTI1.TYPE_COMPLEX256]: 'complex numbers',
}

/** Bytes of a header by the version of the format. Voxels begin four bytes later at the earliest: those say whether extensions follow. */
export const headerBytes = { 1: NIFTI1.STANDARD_HEADER_SIZE, 2: NIFTI2.MAGIC_COOKIE } as const

export const versionOf = (bytes: Uint8Array): 1 | 2 => (isNIFTI2(copyOf(bytes).buffer, true) ? 2 : 1)

/** A copy: the buffer of a Node `Buffer` may be a larger one. */
const copyOf = (bytes: Uint8Array): Uint8Array<ArrayBuffer> =>
  new Uint8Array(bytes.subarray(0, headerBytes[2]))

/** Reads the header from a file's first bytes, gzip already undone; 540 of them are enough. */
export function parseHeader(start: Uint8Array, path: string): NiftiHeader | Problem {
  const bytes = copyOf(start)
  const fields = fieldsOf(bytes, path)
  if (isProblem(fields)) return fields
  const type = numberTypes.get(fields.datatypeCode)
  if (type === undefined) {
    const dtype = otherTypes[fields.datatypeCode] ?? `numbers of the unknown type ${fields.datatypeCode}`
    return problem('nifti-dtype', { path, dtype })
  }
  const extents = extentsOf(fields, path)
  if (isProblem(extents)) return extents
  const placed = placeOf(fields, bytes, extents, path)
  if (isProblem(placed)) return placed
  const least = headerBytes[fields instanceof NIFTI2 ? 2 : 1] + 4
  const offset = Number.isFinite(fields.vox_offset) ? Math.max(least, Math.trunc(fields.vox_offset)) : least
  // A slope of 0 means that there is none.
  const isScaled = fields.scl_slope !== 0 && Number.isFinite(fields.scl_slope)
  const [, i = NaN, j = NaN, k = NaN] = fields.pixDims.map(Math.abs)
  return {
    extents,
    rank: fields.dims[0] ?? 0,
    sizes: [k, j, i],
    unit: unitOf(fields),
    ...placed,
    type,
    isLittle: fields.littleEndian,
    slope: isScaled ? fields.scl_slope : 1,
    intercept: isScaled && Number.isFinite(fields.scl_inter) ? fields.scl_inter : 0,
    offset,
    size: offset + extents[0] * extents[1] * extents[2] * type.bytes,
    bytes: bytes.subarray(0, least - 4),
  }
}

type Fields = NIFTI1 | NIFTI2

function fieldsOf(bytes: Uint8Array<ArrayBuffer>, path: string): Fields | Problem {
  const malformed = (reason: string): Problem => problem('nifti-malformed', { path, reason })
  if (bytes.length < headerBytes[1])
    return malformed(`it has ${bytes.length} bytes, fewer than a header (${headerBytes[1]})`)
  const version = versionOf(bytes)
  if (bytes.length < headerBytes[version])
    return malformed(`it has ${bytes.length} bytes, fewer than a header of NIfTI-2 (${headerBytes[version]})`)
  const fields = version === 2 ? new NIFTI2() : new NIFTI1()
  const end = headerBytes[version]
  try {
    fields.readHeader(bytes.buffer.slice(0, end))
  } catch {
    return malformed('its first bytes are no NIfTI header')
  }
  if (/^ni[12]/.test(fields.magic)) return malformed('it is the header of a pair of files (.hdr and .img)')
  return /^n\+[12]/.test(fields.magic) ? fields : malformed('its first bytes are no NIfTI header')
}

/** More voxels do not fit one array. */
const voxelLimit = 2 ** 32 - 1

function extentsOf({ dims }: Fields, path: string): Extents | Problem {
  const rank = dims[0] ?? 0
  const all = dims.slice(1, 1 + rank)
  if (rank < 1 || rank > 7 || all.some((extent) => extent < 1))
    return problem('nifti-malformed', { path, reason: `its header has the extents ${dims.join(', ')}` })
  const [i = 1, j = 1, k = 1, ...rest] = all
  if (rest.some((extent) => extent > 1)) return problem('nifti-not-volume', { path, extents: all })
  const size = `its header has ${i}x${j}x${k} voxels, more than ${voxelLimit}`
  return i * j * k > voxelLimit ? problem('nifti-malformed', { path, reason: size }) : [k, j, i]
}

// ---------------------------------------------------------------- where the voxels lie

type Place = Pick<NiftiHeader, 'affine' | 'isPlaced' | 'remarks'>
type Sizes = readonly [x: number, y: number, z: number]

/** Of a file without either form. */
const noForms = 'sform_code and qform_code are 0; i is taken to lead to the left, as nibabel and FSL do'

/** Sizes may differ by this share: rounding. */
const sizeTolerance = 1e-3

/**
 * Directions from the sform, else the qform; sizes of voxels from `pixdim`, as nnU-Net and ITK take them. A file without either form
 * lies as nibabel and FSL have it: i leads to the left, and the origin is the middle.
 */
function placeOf(fields: Fields, bytes: Uint8Array, extents: Extents, path: string): Place | Problem {
  const malformed = (reason: string): Problem => problem('nifti-malformed', { path, reason })
  const nowhere = 'its affine does not place the voxels in space'
  const { sform, qform, sizes } = placeFields(fields, bytes)
  const own = sform === undefined ? undefined : spacingOf(sform).toReversed()
  if (own !== undefined && !own.every(isSize)) return malformed(nowhere)
  const [x = NaN, y = NaN, z = NaN] = sizes.map((size, axis) =>
    isSize(size) ? Math.abs(size) : (own?.[axis] ?? NaN),
  )
  if (![x, y, z].every(isSize))
    return malformed(`its header says no size of voxels: \`pixdim\` is ${shownSizes(sizes)}`)
  const form = sform ?? qform
  const affine = form === undefined ? centred([x, y, z], extents) : affineTo(form, [z, y, x], sizeTolerance)
  if (!affine.every(Number.isFinite) || Math.abs(determinant(affine)) < 1e-12) return malformed(nowhere)
  const isPlaced = form !== undefined
  const remarks: FileRemark[] = [
    ...(isPlaced ? [] : [{ kind: 'no-forms' as const, path, found: noForms }]),
    ...sizeRemarks(sizes, own, path),
    ...formRemarks(sform, qform, path),
  ]
  return { affine, isPlaced, remarks }
}

interface PlaceFields {
  readonly sform: readonly number[] | undefined
  readonly qform: readonly number[] | undefined
  readonly sizes: Sizes
}

/** What the header says of the place, in millimetres. */
function placeFields(fields: Fields, bytes: Uint8Array): PlaceFields {
  const { sform_code, qform_code, pixDims, dims } = fields
  const unit = unitOf(fields)
  const scaled = (values: readonly number[]): readonly number[] => values.map((value) => value * unit)
  const sform = sform_code > 0 ? scaled(sformOf(fields, bytes)) : undefined
  const size = (axis: 1 | 2 | 3): number => {
    const given = (pixDims[axis] ?? NaN) * unit
    // Axes that a file of one slice does not have need no size.
    if (isSize(given) || axis <= (dims[0] ?? 0)) return given
    return sform === undefined ? 1 : (spacingOf(sform)[3 - axis] ?? 1)
  }
  return {
    sform,
    qform: qform_code > 0 ? scaled(fields.getQformMat().slice(0, 3).flat()) : undefined,
    sizes: [size(1), size(2), size(3)],
  }
}

const isSize = (size: number): boolean => Number.isFinite(size) && size !== 0

const shownSizes = (sizes: readonly number[]): string =>
  sizes.map((size) => Number(size.toPrecision(6))).join(' x ')

/** Millimetres per unit of the file. */
function unitOf({ xyzt_units }: Fields): number {
  const unit = xyzt_units & NIFTI1.SPATIAL_UNITS_MASK
  return unit === NIFTI1.UNITS_METER ? 1000 : unit === NIFTI1.UNITS_MICRON ? 1e-3 : 1
}

/** NIFTI1's `affine` is that of the qform where both are there. */
function sformOf(fields: Fields, bytes: Uint8Array): readonly number[] {
  if (fields instanceof NIFTI2) return fields.affine.slice(0, 3).flat()
  const view = new DataView(bytes.buffer, bytes.byteOffset)
  return Array.from({ length: 12 }, (_, k) => view.getFloat32(280 + 4 * k, fields.littleEndian))
}

function centred([x, y, z]: Sizes, [depth, height, width]: Extents): readonly number[] {
  const middle = (extent: number, size: number): number => ((extent - 1) / 2) * size
  return [-x, 0, 0, middle(width, x), 0, y, 0, -middle(height, y), 0, 0, z, -middle(depth, z)]
}

function sizeRemarks(sizes: Sizes, own: readonly number[] | undefined, path: string): FileRemark[] {
  const differs = (size: number, axis: number): boolean =>
    !(size > 0) || (own !== undefined && Math.abs((own[axis] ?? NaN) - size) > sizeTolerance * size)
  if (!sizes.some(differs)) return []
  const beside = own === undefined ? '' : `, and an sform of ${shownSizes(own)} mm`
  return [
    {
      kind: 'spacing-differs',
      path,
      found: `\`pixdim\` ${shownSizes(sizes)}${sizes.some(Number.isNaN) ? '' : ' mm'}${beside}`,
    },
  ]
}

/** Two forms may give two places, such as the scanner's and an atlas's, but readers that take one or the other must not mirror. */
function formRemarks(
  sform: readonly number[] | undefined,
  qform: readonly number[] | undefined,
  path: string,
): FileRemark[] {
  if (sform === undefined || qform === undefined) return []
  const [first, second] = [sform, qform].map(axisCode)
  if (first === second) return []
  return [{ kind: 'forms-differ', path, found: `axes ${first} by its sform and ${second} by its qform` }]
}

/** Where i, j and k lead, as `LPS` for left, posterior and superior. */
function axisCode(affine: readonly number[]): string {
  const { from, flipped } = orientationOf(affine).orientation
  const letters = ['SI', 'AP', 'RL'].map((pair, along) => pair[flipped[along] === true ? 1 : 0] ?? '')
  return [2, 1, 0].map((axis) => letters[from.indexOf(axis)]).join('')
}

function determinant(affine: readonly number[]): number {
  const [a = 0, b = 0, c = 0, , d = 0, e = 0, f = 0, , g = 0, h = 0, i = 0] = affine
  const volume = a * (e * i - f * h) - b * (d * i - f * g) + c * (d * h - e * g)
  return volume / spacingOf(affine).reduce((all, size) => all * (size || 1), 1)
}
