// What torch.save writes its tensors with: the few functions and classes that are understood, each as data. Everything else is opaque.
// https://docs.pytorch.org/docs/stable/notes/serialization.html; torch/_utils.py has the functions.
import { opaque, type Opaque, type PickleValue, type Storage, type Tensor } from './pickle-values.ts'
import { isKind, type PickleWorld } from './unpickle.ts'

/** Attributes are of modules and subclasses of tensors: no weight is in them. */
export const torchWorld: PickleWorld = { call, build: () => {}, persistent }

type Maker = (args: readonly PickleValue[]) => PickleValue

const first: Maker = ([value = null]) => value

const makers: ReadonlyMap<string, Maker> = new Map<string, Maker>([
  ['collections.OrderedDict', emptyDict],
  ['collections.defaultdict', emptyDict],
  ['torch.Size', first],
  ['torch._utils._rebuild_tensor', ([storage, ...view]) => typedTensor(storage, view)],
  ['torch._utils._rebuild_tensor_v2', rebuiltTensor],
  ['torch._utils._rebuild_tensor_v3', rebuiltWithType],
  ['torch._utils._rebuild_parameter', first],
  ['torch._utils._rebuild_parameter_with_state', first],
  // A subclass of Tensor: the function that makes the tensor, the class, its arguments, attributes.
  ['torch._tensor._rebuild_from_type_v2', ([maker = null, , args = null]) => called(maker, args)],
])

function call(name: string, args: readonly PickleValue[]): PickleValue {
  return makers.get(name)?.(args) ?? opaque(name)
}

function called(maker: PickleValue, args: PickleValue): PickleValue {
  if (!isKind(maker, 'global') || !isKind(args, 'tuple')) return opaque('torch._tensor._rebuild_from_type_v2')
  // It would go round for ever if it named itself.
  return maker.name.endsWith('_rebuild_from_type_v2') ? opaque(maker.name) : call(maker.name, args.items)
}

/** Entries follow one by one; a list of them is Python 2's way. */
export function emptyDict(args: readonly PickleValue[]): PickleValue {
  return args.some((one) => isKind(one, 'list'))
    ? opaque('collections.OrderedDict')
    : { kind: 'dict', entries: new Map() }
}

/** storage, offset, size, stride, requires_grad, hooks, flags of lazy negation and conjugation. */
function rebuiltTensor([storage, offset, size, stride, , , flags]: readonly PickleValue[]): PickleValue {
  return isFlagged(flags)
    ? opaque('a lazily negated or conjugated tensor')
    : typedTensor(storage, [offset, size, stride])
}

/** The same, but bytes: the type comes after the hooks. */
function rebuiltWithType(args: readonly PickleValue[]): PickleValue {
  const [storage, offset, size, stride, , , type = null, flags] = args
  if (isFlagged(flags)) return opaque('a lazily negated or conjugated tensor')
  const name = isKind(type, 'global') ? type.name : 'torch.dtype'
  return tensorOf(storage, [offset, size, stride], types.get(name) ?? opaque(name))
}

function isFlagged(flags: PickleValue | undefined): boolean {
  return flags !== undefined && isKind(flags, 'dict') && [...flags.entries.values()].includes(true)
}

function typedTensor(
  storage: PickleValue | undefined,
  view: readonly (PickleValue | undefined)[],
): PickleValue {
  const dtype = storage !== undefined && isKind(storage, 'storage') ? storage.dtype : undefined
  return tensorOf(storage, view, dtype ?? opaque('torch.UntypedStorage'))
}

function tensorOf(
  storage: PickleValue | undefined,
  [offset, size, stride]: readonly (PickleValue | undefined)[],
  dtype: string | Opaque,
): Tensor | Opaque {
  if (storage !== undefined && isKind(storage, 'opaque')) return storage
  if (typeof dtype !== 'string') return dtype
  const [shape, strides] = [size, stride].map(extents)
  const isView = shape !== undefined && strides !== undefined && shape.length === strides.length
  if (storage === undefined || !isKind(storage, 'storage') || !isView || !isCount(offset))
    return opaque('a malformed tensor')
  return { kind: 'tensor', key: storage.key, dtype, offset, shape, strides }
}

function extents(value: PickleValue | undefined): readonly number[] | undefined {
  return value !== undefined && isKind(value, 'tuple') && value.items.every(isCount) ? value.items : undefined
}

const isCount = (value: PickleValue | undefined): value is number =>
  Number.isSafeInteger(value) && Number(value) >= 0

/** `('storage', class, key, device, count)`. */
function persistent(id: PickleValue): Storage | Opaque {
  const [kind, type, key] = isKind(id, 'tuple') ? id.items : []
  if (kind !== 'storage' || type === undefined || !isKind(type, 'global') || typeof key !== 'string')
    return opaque('something outside of the pickle')
  const isUntyped = /^torch(?:\.storage)?\.UntypedStorage$/.test(type.name)
  const dtype = storages.get(type.name)
  return dtype === undefined && !isUntyped ? opaque(type.name) : { kind: 'storage', key, dtype }
}

/** What safetensors calls the types of numbers, by torch's names for them and for the storages. */
const types: ReadonlyMap<string, string> = new Map(
  [
    ['float64', 'F64'],
    ['float32', 'F32'],
    ['float16', 'F16'],
    ['bfloat16', 'BF16'],
    ['int64', 'I64'],
    ['int32', 'I32'],
    ['int16', 'I16'],
    ['int8', 'I8'],
    ['uint64', 'U64'],
    ['uint32', 'U32'],
    ['uint16', 'U16'],
    ['uint8', 'U8'],
    ['bool', 'BOOL'],
    ['complex64', 'C64'],
    ['float8_e5m2', 'F8_E5M2'],
    ['float8_e4m3fn', 'F8_E4M3'],
  ].map(([name = '', dtype = '']) => [`torch.${name}`, dtype]),
)

const storages: ReadonlyMap<string, string> = new Map(
  [
    ['Double', 'F64'],
    ['Float', 'F32'],
    ['Half', 'F16'],
    ['BFloat16', 'BF16'],
    ['Long', 'I64'],
    ['Int', 'I32'],
    ['Short', 'I16'],
    ['Char', 'I8'],
    ['Byte', 'U8'],
    ['Bool', 'BOOL'],
    ['ComplexFloat', 'C64'],
  ].map(([name = '', dtype = '']) => [`torch.${name}Storage`, dtype]),
)
