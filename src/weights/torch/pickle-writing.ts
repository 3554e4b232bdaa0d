// A state dict as the pickle that torch.save makes of one: what `torch.load(weights_only=True)` takes. Nothing is kept to be asked for again, so
// that every tensor is the same few operations.
import type { StoredType } from '../dtypes.ts'
import { elementCount } from '../numbers.ts'

export interface TensorToPickle {
  readonly name: string
  readonly dtype: StoredType
  readonly shape: readonly number[]
  /** Of the storage that holds its numbers in row-major order, and nothing else; several tensors may have the same. */
  readonly key: string
}

/** Protocol 2. */
export function pickledStateDict(tensors: readonly TensorToPickle[]): Uint8Array {
  const items = tensors.flatMap((one) => [...text(one.name), ...tensor(one)])
  return Uint8Array.from([
    0x80,
    2,
    operation.dict,
    operation.mark,
    ...items,
    operation.setItems,
    operation.stop,
  ])
}

/** By the names of Python's `pickletools`, as far as they are needed. */
const operation = {
  mark: 0x28,
  emptyTuple: 0x29,
  stop: 0x2e,
  long1: 0x8a,
  int4: 0x4a,
  persistent: 0x51,
  reduce: 0x52,
  unicode: 0x58,
  global: 0x63,
  tuple: 0x74,
  setItems: 0x75,
  dict: 0x7d,
  false: 0x89,
}

const storages: Readonly<Record<StoredType, string>> = {
  F64: 'DoubleStorage',
  F32: 'FloatStorage',
  F16: 'HalfStorage',
  BF16: 'BFloat16Storage',
}

/** `_rebuild_tensor_v2(storage, offset, size, stride, requires_grad, hooks)`. */
function tensor({ dtype, shape, key }: TensorToPickle): number[] {
  const strides = shape.map((_, axis) => elementCount(shape.slice(axis + 1)))
  const storage = [
    ...text('storage'),
    ...global('torch', storages[dtype]),
    ...text(key),
    ...text('cpu'),
    ...integer(elementCount(shape)),
  ]
  return [
    ...global('torch._utils', '_rebuild_tensor_v2'),
    operation.mark,
    ...tuple(storage),
    operation.persistent,
    ...integer(0),
    ...tuple(shape.flatMap(integer)),
    ...tuple(strides.flatMap(integer)),
    operation.false,
    ...global('collections', 'OrderedDict'),
    operation.emptyTuple,
    operation.reduce,
    operation.tuple,
    operation.reduce,
  ]
}

const tuple = (items: readonly number[]): number[] => [operation.mark, ...items, operation.tuple]

const global = (module: string, name: string): number[] => [
  operation.global,
  ...new TextEncoder().encode(`${module}\n${name}\n`),
]

function text(value: string): number[] {
  const bytes = new TextEncoder().encode(value)
  return [operation.unicode, ...littleEndian(bytes.length, 4), ...bytes]
}

/** Not negative; what takes more than 31 bits in eight bytes. */
function integer(value: number): number[] {
  return value < 2 ** 31
    ? [operation.int4, ...littleEndian(value, 4)]
    : [operation.long1, 8, ...littleEndian(value, 8)]
}

function littleEndian(value: number, bytes: number): number[] {
  return Array.from({ length: bytes }, (_, at) => Math.floor(value / 256 ** at) % 256)
}
