// safetensors files on the disk: one tensor at a time in memory, however large the file is.
import { closeSync } from 'node:fs'
import { isProblem, problem, type Problem } from '../compiler/diagnostics/diagnostic.ts'
import { decode, encodeIn, isReadable, readableTypes } from '../weights/dtypes.ts'
import { elementCount } from '../weights/numbers.ts'
import {
  headerBytesOf,
  layOut,
  parseHeader,
  prefixBytes,
  startBytes,
  type StoredTensor,
  type TensorToStore,
} from '../weights/safetensors.ts'
import type { Numbers } from '../weights/weights.ts'
import { finite, openTensorFile, readAt, type OpenFile, type TensorFile } from './tensor-file.ts'
import { writingFiles } from './write-file.ts'
import { atOnce, type Stepwise } from './writing.ts'

export interface SafetensorsFile extends TensorFile {
  readonly metadata: ReadonlyMap<string, string>
}

/** Opens a file and checks its header; the numbers are read on demand. */
export function openSafetensors(path: string): SafetensorsFile | Problem {
  return openTensorFile(path, safetensorsIn)
}

/** The same of a file that is open. */
export function safetensorsIn(file: OpenFile): SafetensorsFile | Problem {
  const { fd, path } = file
  const headerBytes = headerBytesOf(readAt(fd, 0, startBytes), file)
  if (isProblem(headerBytes)) return headerBytes
  const header = parseHeader(readAt(fd, prefixBytes, headerBytes), file)
  if (isProblem(header)) return header
  const { tensors, metadata } = header
  const read = (name: string): Numbers | Problem => {
    const tensor = tensors.get(name)
    if (tensor === undefined) throw new Error(`${path} has no tensor ${name}`)
    return readTensor(fd, prefixBytes + headerBytes, { path, name, tensor })
  }
  return { path, entries: tensors, metadata, read, close: () => closeSync(fd) }
}

interface Wanted {
  readonly path: string
  readonly name: string
  readonly tensor: StoredTensor
}

function readTensor(fd: number, dataStart: number, { path, name, tensor }: Wanted): Numbers | Problem {
  const { dtype, begin, end } = tensor
  if (!isReadable(dtype))
    return problem('weights-dtype', { tensor: name, dtype, known: readableTypes, count: 1 })
  const bytes = readAt(fd, dataStart + begin, end - begin)
  if (bytes.length < end - begin) return problem('weights-changed', { path, tensor: name })
  return finite(decode(dtype, bytes.buffer), path, name)
}

export interface TensorToWrite extends TensorToStore {
  /** Asked for once, when everything before is written. */
  numbers(): Numbers | Problem
}

/** Writes the tensors one after the other; a problem leaves what was there before. */
export function writeSafetensors(...given: Parameters<typeof writingSafetensors>): Problem | undefined {
  return atOnce(writingSafetensors(...given))
}

/** The same step by step. */
export function writingSafetensors(
  path: string,
  tensors: readonly TensorToWrite[],
  metadata: ReadonlyMap<string, string> = new Map(),
  onProgress: (done: number, all: number) => void = () => {},
): Stepwise<Problem | undefined> {
  const layout = layOut(tensors, metadata)
  const chunks = function* (): Generator<Uint8Array | Problem> {
    yield layout.start
    for (const tensor of layout.tensors) {
      const numbers = tensor.numbers()
      yield isProblem(numbers) ? numbers : bytesOf(tensor, numbers)
    }
  }
  return writingFiles([{ path, chunks }], (bytes) => onProgress(bytes, layout.fileBytes))
}

/** The bytes of a tensor's numbers in the type that it is stored in. */
export function bytesOf({ name, dtype, shape }: TensorToStore, numbers: Numbers): Uint8Array {
  if (numbers.length !== elementCount(shape))
    throw new Error(`${name} has ${numbers.length} numbers, not ${elementCount(shape)}`)
  return encodeIn(dtype, numbers)
}
