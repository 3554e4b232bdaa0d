// Checkpoints that torch.save wrote: the zip archive, the pickle in it as data, and the storages that its tensors are views of.
import { closeSync } from 'node:fs'
import { isProblem, problem, type Problem } from '../compiler/diagnostics/diagnostic.ts'
import { bytesPerElement, decode, isReadable, readableTypes, reversed } from '../weights/dtypes.ts'
import type { TensorEntry } from '../weights/named-tensors.ts'
import { elementCount } from '../weights/numbers.ts'
import type { Opaque, PickleValue, Tensor } from '../weights/torch/pickle-values.ts'
import { contentsOf, stateDictsOf, type StateDict } from '../weights/torch/state-dicts.ts'
import { endOf, gathered, isContiguous } from '../weights/torch/strided.ts'
import { torchWorld } from '../weights/torch/torch-world.ts'
import { unpickle } from '../weights/torch/unpickle.ts'
import type { Numbers } from '../weights/weights.ts'
import { finite, openTensorFile, type OpenFile, type TensorFile } from './tensor-file.ts'
import { openZip, type ZipFile } from './zip-file.ts'

/** Opens what begins as a zip archive. `stateDict` is the key of the weights, where there are several. */
export function torchIn(file: OpenFile, stateDict: string | undefined): TensorFile | Problem {
  const archive = openArchive(file)
  if (isProblem(archive)) return archive
  const root = readPickle(file, archive)
  if (isProblem(root)) return root
  const chosen = chosenDict(file.path, root.value, stateDict)
  if (isProblem(chosen)) return chosen
  const { tensors } = chosen
  const wrong = storageProblem(file.path, archive, tensors)
  if (wrong !== undefined) return wrong
  const read = (name: string): Numbers | Problem => {
    const found = tensors.get(name)
    if (found === undefined) throw new Error(`${file.path} has no tensor ${name}`)
    return found.kind === 'opaque'
      ? problem('torch-unbuilt', { tensor: name, global: found.of, count: 1 })
      : readTensor(archive, found, { path: file.path, name })
  }
  const entries = new Map([...tensors].map(([name, one]) => [name, entryOf(one)]))
  return { path: file.path, entries, read, close: () => closeSync(file.fd) }
}

/** What a checkpoint holds, as data, with its tensors as places only. */
export function readTorchData(path: string): PickleValue | Problem {
  const found = openTensorFile(path, (file) => {
    const archive = openArchive(file)
    const root = isProblem(archive) ? archive : readPickle(file, archive)
    if (!isProblem(root)) closeSync(file.fd)
    return root
  })
  return isProblem(found) ? found : found.value
}

// ---------------------------------------------------------------- the archive

interface Archive extends ZipFile {
  /** What the names of all records begin with: the file's name when it was saved. */
  readonly folder: string
  readonly isBigEndian: boolean
}

function openArchive(file: OpenFile): Archive | Problem {
  const zip = openZip(file, (reason) => problem('torch-damaged', { path: file.path, reason }))
  if (isProblem(zip)) return zip
  const names = [...zip.records.keys()]
  const pickle = names.find((name) => /^(?:[^/]+\/)?data\.pkl$/.test(name))
  const folder = pickle?.slice(0, -'data.pkl'.length) ?? ''
  const isScript = names.some(
    (name) => name === `${folder}constants.pkl` || name.startsWith(`${folder}code/`),
  )
  if (pickle === undefined || isScript) return foreign(file.path, pickle === undefined ? 'zip' : 'script')
  const order = zip.records.get(`${folder}byteorder`)
  const said = order === undefined ? undefined : zip.read(order, 0, 6)
  if (isProblem(said)) return said
  return { ...zip, folder, isBigEndian: new TextDecoder().decode(said) === 'big' }
}

function foreign(path: string, kind: 'zip' | 'script'): Problem {
  const [seems, given] =
    kind === 'script'
      ? ['a TorchScript archive', `torch.jit.load('${path}', map_location='cpu').state_dict()`]
      : ['a zip archive that torch.save did not write', `torch.export.load('${path}').state_dict`]
  const command = `python -c "import torch; torch.save(${given}, 'weights.pth')"`
  return problem('torch-foreign', { path, seems, command })
}

/** Logs and optimisers make pickles long; numbers of tensors are not in them. */
const pickleLimit = 2 ** 28

function readPickle(file: OpenFile, archive: Archive): { readonly value: PickleValue } | Problem {
  const { path } = file
  const record = archive.records.get(`${archive.folder}data.pkl`)
  if (record === undefined) throw new Error(`${path} has no data.pkl`)
  if (record.bytes > pickleLimit) {
    const reason = `its pickle has ${record.bytes} bytes, more than ${pickleLimit}`
    return problem('torch-damaged', { path, reason })
  }
  const bytes = archive.read(record, 0, record.bytes)
  if (isProblem(bytes)) return bytes
  const found = unpickle(bytes, torchWorld)
  return typeof found === 'string'
    ? problem('torch-damaged', { path, reason: `its pickle is malformed: ${found}` })
    : found
}

function chosenDict(path: string, root: PickleValue, asked: string | undefined): StateDict | Problem {
  const found = stateDictsOf(root)
  const chosen = asked === undefined ? (found.length === 1 ? found[0] : undefined) : found.find(({ key }) => key === asked) // prettier-ignore
  if (chosen !== undefined) return chosen
  return found.length === 0
    ? problem('torch-no-weights', { path, holds: contentsOf(root) })
    : problem('torch-state-dict', {
        path,
        asked,
        candidates: found.map(({ key, tensors }) => ({ key, count: tensors.size })),
      })
}

// ---------------------------------------------------------------- tensors

function entryOf(found: Tensor | Opaque): TensorEntry {
  if (found.kind === 'opaque') return { dtype: '', shape: [], unbuilt: found.of }
  const { key, dtype, offset, shape, strides } = found
  return { dtype, shape, place: JSON.stringify([key, dtype, offset, shape, strides]) }
}

/** More numbers than a storage has, by steps of nothing, are made up to so many. */
const repeatedLimit = 2 ** 24

/** All tensors have to be there, also those that nobody asks for: the file is whole, or it is not. */
function storageProblem(path: string, archive: Archive, tensors: StateDict['tensors']): Problem | undefined {
  for (const [tensor, found] of tensors) {
    if (found.kind === 'opaque') continue
    const { key, dtype, shape, strides } = found
    const size = bytesPerElement(dtype) ?? 1
    const needed = endOf(found) * size
    const bytes = archive.records.get(`${archive.folder}data/${key}`)?.bytes
    const isRepeated = elementCount(shape) > repeatedLimit && elementCount(shape) * size > (bytes ?? 0)
    if (bytes === undefined || needed > bytes || isRepeated)
      return problem('torch-storage', { path, tensor, shape, strides, needed, bytes })
  }
  return undefined
}

/** In memory are the tensor, and of the rest of its storage never more than a piece. */
function readTensor(
  archive: Archive,
  tensor: Tensor,
  { path, name }: { readonly path: string; readonly name: string },
): Numbers | Problem {
  const { key, dtype, offset, shape } = tensor
  const record = archive.records.get(`${archive.folder}data/${key}`)
  const size = bytesPerElement(dtype)
  if (!isReadable(dtype) || size === undefined)
    return problem('weights-dtype', { tensor: name, dtype, known: readableTypes, count: 1 })
  if (record === undefined) throw new Error(`${path} has no storage ${key}`)
  const piece = (begin: number, count: number): Uint8Array<ArrayBuffer> | Problem =>
    archive.read(record, begin * size, count * size)
  const bytes = isContiguous(tensor) ? piece(offset, elementCount(shape)) : gathered(tensor, size, piece)
  if (isProblem(bytes)) return bytes
  return finite(decode(dtype, archive.isBigEndian ? reversed(bytes.buffer, size) : bytes.buffer), path, name)
}
