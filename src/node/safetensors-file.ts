// safetensors files on the disk: one tensor at a time in memory, however large the file is.
import { closeSync, openSync, readSync, statSync, type Stats } from 'node:fs'
import { isProblem, problem, type Problem } from '../compiler/diagnostics/diagnostic.ts'
import { decode, encode, isRealType, realTypes } from '../weights/dtypes.ts'
import type { NamedTensors } from '../weights/named-tensors.ts'
import { elementCount, nonFinite } from '../weights/numbers.ts'
import {
  headerBytesOf,
  layOut,
  parseHeader,
  prefixBytes,
  type StoredTensor,
  type TensorToStore,
} from '../weights/safetensors.ts'
import type { Numbers } from '../weights/weights.ts'
import { noteInput } from './inputs.ts'
import { reasonOf, systemProblem } from './spec-files.ts'
import { writingFiles } from './write-file.ts'
import { atOnce, type Stepwise } from './writing.ts'

export interface SafetensorsFile extends NamedTensors {
  readonly path: string
  readonly metadata: ReadonlyMap<string, string>
  /** After this nothing can be read any more. */
  close(): void
}

/** Opens a file and checks its header; the numbers are read on demand. */
export function openSafetensors(path: string): SafetensorsFile | Problem {
  try {
    // Before it is opened: opening a pipe would wait for somebody to write.
    const stat = statSync(path)
    const reason = stat.isDirectory() ? reasonOf('EISDIR') : 'not a regular file'
    if (!stat.isFile()) return problem('file-unreadable', { path, reason })
    noteInput(path, 'the file that the weights come from')
    const fd = openSync(path, 'r')
    const opened = open(fd, path, stat)
    if (isProblem(opened)) closeSync(fd)
    return opened
  } catch (error) {
    return systemProblem(error, path)
  }
}

/** Enough of a file to tell other formats by. */
const startBytes = 16

function open(fd: number, path: string, { size }: Stats): SafetensorsFile | Problem {
  const file = { path, bytes: size }
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
  if (!isRealType(dtype)) return problem('weights-dtype', { tensor: name, dtype, known: realTypes, count: 1 })
  const bytes = readAt(fd, dataStart + begin, end - begin)
  if (bytes.length < end - begin) return problem('weights-changed', { path, tensor: name })
  const numbers = decode(dtype, bytes.buffer)
  const wrong = nonFinite(numbers)
  return wrong === undefined
    ? numbers
    : problem('weights-not-finite', { path, tensor: name, total: numbers.length, ...wrong })
}

/** One call reads no more than 2 GiB. */
const readLimit = 2 ** 30

/** In a buffer of their own; fewer bytes where the file ends. */
function readAt(fd: number, position: number, count: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(count)
  let done = 0
  while (done < count) {
    const read = readSync(fd, bytes, done, Math.min(count - done, readLimit), position + done)
    if (read === 0) return bytes.slice(0, done)
    done += read
  }
  return bytes
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
      yield isProblem(numbers) ? numbers : encode(asStored(tensor, numbers))
    }
  }
  return writingFiles([{ path, chunks }], (bytes) => onProgress(bytes, layout.fileBytes))
}

function asStored({ name, dtype, shape }: TensorToStore, numbers: Numbers): Numbers {
  if (numbers.length !== elementCount(shape))
    throw new Error(`${name} has ${numbers.length} numbers, not ${elementCount(shape)}`)
  if (dtype === 'F32') return numbers instanceof Float32Array ? numbers : Float32Array.from(numbers)
  return numbers instanceof Float64Array ? numbers : Float64Array.from(numbers)
}
