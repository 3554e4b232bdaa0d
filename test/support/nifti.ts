// NIfTI-1 files byte by byte, written from the format's description and by none of the code that they test.
import { gzipSync } from 'node:zlib'

export interface FileSpec {
  /** `dim` from its second entry on: i, j, k, … */
  readonly dims: readonly number[]
  readonly type?: keyof typeof types
  readonly values?: readonly number[]
  readonly little?: boolean
  /** The lengths of the sform's columns, as writers have it, unless given. */
  readonly pixdim?: readonly number[]
  readonly slope?: readonly [slope: number, intercept: number]
  /** Three rows of four. */
  readonly sform?: readonly number[]
  /** Quaternion b, c, d; offsets; qfac. */
  readonly qform?: {
    readonly quaternion: readonly number[]
    readonly offset: readonly number[]
    readonly qfac: number
  }
  readonly units?: number
  readonly magic?: string
  readonly dtypeCode?: number
}

const types = {
  uint8: [2, 8, (view: DataView, at: number, value: number) => view.setUint8(at, value)],
  int8: [256, 8, (view: DataView, at: number, value: number) => view.setInt8(at, value)],
  int16: [4, 16, (view: DataView, at: number, value: number, little: boolean) => view.setInt16(at, value, little)],
  uint16: [512, 16, (view: DataView, at: number, value: number, little: boolean) => view.setUint16(at, value, little)],
  int32: [8, 32, (view: DataView, at: number, value: number, little: boolean) => view.setInt32(at, value, little)],
  uint32: [768, 32, (view: DataView, at: number, value: number, little: boolean) => view.setUint32(at, value, little)],
  int64: [1024, 64, (view: DataView, at: number, value: number, little: boolean) => view.setBigInt64(at, BigInt(value), little)],
  uint64: [1280, 64, (view: DataView, at: number, value: number, little: boolean) => view.setBigUint64(at, BigInt(value), little)],
  float32: [16, 32, (view: DataView, at: number, value: number, little: boolean) => view.setFloat32(at, value, little)],
  float64: [64, 64, (view: DataView, at: number, value: number, little: boolean) => view.setFloat64(at, value, little)],
} as const // prettier-ignore

export const typeNames = Object.keys(types) as readonly (keyof typeof types)[]

/** The same in the layout of NIfTI-2, without a qform. */
export function nifti2Bytes({
  dims,
  type = 'float32',
  little = true,
  values = [],
  ...spec
}: FileSpec): Uint8Array {
  const [code, bits, put] = types[type]
  const sform = spec.sform ?? [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0]
  const count = dims.reduce((all, extent) => all * extent, 1)
  const bytes = new Uint8Array(544 + (count * bits) / 8)
  const view = new DataView(bytes.buffer)
  const doubles = (at: number, numbers: readonly number[]): void => {
    for (const [k, value] of numbers.entries()) view.setFloat64(at + 8 * k, value, little)
  }
  view.setInt32(0, 540, little)
  bytes.set([0x6e, 0x2b, 0x32, 0, 0x0d, 0x0a, 0x1a, 0x0a], 4)
  view.setInt16(12, code, little)
  view.setInt16(14, bits, little)
  for (const [k, extent] of [dims.length, ...dims].entries())
    view.setBigInt64(16 + 8 * k, BigInt(extent), little)
  doubles(104, [1, ...(spec.pixdim ?? columnsOf(sform))])
  view.setBigInt64(168, 544n, little)
  doubles(176, spec.slope ?? [0, 0])
  view.setInt32(348, 1, little)
  doubles(400, sform)
  view.setInt32(500, spec.units ?? 2, little)
  for (const [k, value] of values.entries()) put(view, 544 + (k * bits) / 8, value, little)
  return bytes
}

export function niftiBytes(spec: FileSpec): Uint8Array {
  const { dims, type = 'float32', little = true, slope = [0, 0] } = spec
  const pixdim = spec.pixdim ?? columnsOf(spec.sform ?? [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0])
  const [code, bits, put] = types[type]
  const count = dims.reduce((all, extent) => all * extent, 1)
  const bytes = new Uint8Array(352 + (count * bits) / 8)
  const view = new DataView(bytes.buffer)
  view.setInt32(0, 348, little)
  for (const [k, extent] of [dims.length, ...dims].entries()) view.setInt16(40 + 2 * k, extent, little)
  view.setInt16(70, spec.dtypeCode ?? code, little)
  view.setInt16(72, bits, little)
  for (const [k, size] of [spec.qform?.qfac ?? 1, ...pixdim].entries())
    view.setFloat32(76 + 4 * k, size, little)
  view.setFloat32(108, 352, little)
  view.setFloat32(112, slope[0], little)
  view.setFloat32(116, slope[1], little)
  view.setUint8(123, spec.units ?? 2)
  view.setFloat32(124, 1000, little)
  if (spec.qform !== undefined) {
    view.setInt16(252, 1, little)
    for (const [k, value] of [...spec.qform.quaternion, ...spec.qform.offset].entries())
      view.setFloat32(256 + 4 * k, value, little)
  }
  if (spec.sform !== undefined) {
    view.setInt16(254, 1, little)
    for (const [k, value] of spec.sform.entries()) view.setFloat32(280 + 4 * k, value, little)
  }
  bytes.set(new TextEncoder().encode(spec.magic ?? 'n+1\0'), 344)
  for (const [k, value] of (spec.values ?? []).entries()) put(view, 352 + (k * bits) / 8, value, little)
  return bytes
}

const columnsOf = (sform: readonly number[]): number[] =>
  [0, 1, 2].map((axis) => Math.hypot(...[0, 4, 8].map((row) => sform[row + axis] ?? 0)))

export const niftiGz = (spec: FileSpec): Uint8Array => gzipSync(niftiBytes(spec))
