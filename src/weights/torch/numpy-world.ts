// Numbers and arrays of numpy's in pickles, as data: `numpy.core.multiarray` and, since numpy 2, `numpy._core.multiarray`. Everything
// else is opaque. numpy/_core/src/multiarray: `array_reduce_ex` in methods.c, `arraydescr_reduce` in descriptor.c.
import { opaque, type ArrayType, type NumpyArray, type Opaque, type PickleValue } from './pickle-values.ts'
import { emptyDict } from './torch-world.ts'
import { isKind, type PickleWorld } from './unpickle.ts'

export const numpyWorld: PickleWorld = {
  call: (name, args) => makers.get(name.replace(/^numpy\._core\./, 'numpy.core.'))?.(args) ?? opaque(name),
  build(object, state) {
    if (!isKind(state, 'tuple')) return
    if (isKind(object, 'array-type')) object.isBigEndian = state.items[1] === '>'
    if (isKind(object, 'array')) fill(object, state.items)
  },
  persistent: () => opaque('something outside of the pickle'),
}

type Maker = (args: readonly PickleValue[]) => PickleValue

const makers: ReadonlyMap<string, Maker> = new Map<string, Maker>([
  ['collections.OrderedDict', emptyDict],
  ['collections.defaultdict', emptyDict],
  ['numpy.dtype', ([code]) => arrayType(code)],
  // The class, a shape and a type that the state replaces.
  ['numpy.core.multiarray._reconstruct', () => emptyArray()],
  ['numpy.core.multiarray.scalar', ([type, bytes]) => scalar(type, bytes)],
])

const arrayType = (code: PickleValue | undefined): ArrayType | Opaque =>
  typeof code === 'string' ? { kind: 'array-type', code, isBigEndian: false } : opaque('numpy.dtype')

const emptyArray = (): NumpyArray => ({
  kind: 'array',
  shape: [],
  type: opaque('numpy.ndarray'),
  bytes: new Uint8Array(),
})

/** Version, shape, type, whether the first axis moves fastest, bytes. What is not understood stays opaque. */
function fill(array: NumpyArray, [, shape, type, isFortran, bytes]: readonly PickleValue[]): void {
  if (shape === undefined || !isKind(shape, 'tuple') || !shape.items.every(isCount)) return
  if (type === undefined || !isKind(type, 'array-type') || bytes === undefined || !isKind(bytes, 'bytes'))
    return
  if (isFortran === true && shape.items.length > 1) return
  const count = shape.items.reduce((product, extent) => product * extent, 1)
  const reader = readers.get(type.code)
  if (reader === undefined || count * reader.size !== bytes.bytes.length) return
  array.shape = shape.items
  array.type = type
  array.bytes = bytes.bytes
}

const isCount = (value: PickleValue): value is number => Number.isSafeInteger(value) && Number(value) >= 0

function scalar(type: PickleValue | undefined, bytes: PickleValue | undefined): PickleValue {
  if (type === undefined || !isKind(type, 'array-type') || bytes === undefined || !isKind(bytes, 'bytes'))
    return opaque('numpy.generic')
  const reader = readers.get(type.code)
  return reader?.size === bytes.bytes.length
    ? reader.read(viewOf(bytes.bytes), !type.isBigEndian)
    : opaque(`numpy.generic of type ${type.code}`)
}

/** What an array has along its first axis: numbers, or arrays. Undefined for what is not understood. */
export function rowsOf({ shape, type, bytes }: NumpyArray): readonly PickleValue[] | undefined {
  const reader = type.kind === 'opaque' ? undefined : readers.get(type.code)
  const [count, ...rest] = shape
  if (reader === undefined || type.kind === 'opaque' || count === undefined) return undefined
  // There may be any number of rows of no bytes.
  if (bytes.length === 0) return []
  const step = bytes.length / count
  return Array.from({ length: count }, (_, row) => {
    const own = bytes.subarray(row * step, (row + 1) * step)
    return rest.length === 0
      ? reader.read(viewOf(own), !type.isBigEndian)
      : { kind: 'array', shape: rest, type, bytes: own }
  })
}

const viewOf = ({ buffer, byteOffset, byteLength }: Uint8Array): DataView =>
  new DataView(buffer, byteOffset, byteLength)

interface Reader {
  /** Bytes. */
  readonly size: number
  read(view: DataView, isLittle: boolean): PickleValue
}

/** What no number here holds exactly is left opaque. */
function exact(value: bigint): PickleValue {
  const number = Number(value)
  return Number.isSafeInteger(number) ? number : opaque('numpy.int64')
}

/** By numpy's codes of their types. */
const readers: ReadonlyMap<string, Reader> = new Map<string, Reader>([
  ['b1', { size: 1, read: (view) => view.getUint8(0) !== 0 }],
  ['i1', { size: 1, read: (view) => view.getInt8(0) }],
  ['u1', { size: 1, read: (view) => view.getUint8(0) }],
  ['i2', { size: 2, read: (view, isLittle) => view.getInt16(0, isLittle) }],
  ['u2', { size: 2, read: (view, isLittle) => view.getUint16(0, isLittle) }],
  ['i4', { size: 4, read: (view, isLittle) => view.getInt32(0, isLittle) }],
  ['u4', { size: 4, read: (view, isLittle) => view.getUint32(0, isLittle) }],
  ['i8', { size: 8, read: (view, isLittle) => exact(view.getBigInt64(0, isLittle)) }],
  ['u8', { size: 8, read: (view, isLittle) => exact(view.getBigUint64(0, isLittle)) }],
  ['f4', { size: 4, read: (view, isLittle) => view.getFloat32(0, isLittle) }],
  ['f8', { size: 8, read: (view, isLittle) => view.getFloat64(0, isLittle) }],
])
