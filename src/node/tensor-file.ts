// Files of tensors on the disk, whatever their format: opened, read at places, closed.
import { closeSync, openSync, readSync, statSync } from 'node:fs'
import { isProblem, problem, type Problem } from '../compiler/diagnostics/diagnostic.ts'
import type { NamedTensors } from '../weights/named-tensors.ts'
import { nonFinite } from '../weights/numbers.ts'
import type { FileSize } from '../weights/safetensors.ts'
import type { Numbers } from '../weights/weights.ts'
import { noteInput } from './inputs.ts'
import { reasonOf, systemProblem } from './spec-files.ts'

export interface TensorFile extends NamedTensors {
  readonly path: string
  /** After this nothing can be read any more. */
  close(): void
}

/** A file that is open. */
export interface OpenFile extends FileSize {
  readonly fd: number
}

/** Opens a file and reads it as far as it says what it holds; where that is a problem it is closed again. */
export function openTensorFile<T>(path: string, read: (file: OpenFile) => T | Problem): T | Problem {
  try {
    // Before it is opened: opening a pipe would wait for somebody to write.
    const stat = statSync(path)
    const reason = stat.isDirectory() ? reasonOf('EISDIR') : 'not a regular file'
    if (!stat.isFile()) return problem('file-unreadable', { path, reason })
    noteInput(path, 'the file that the weights come from')
    const fd = openSync(path, 'r')
    const opened = read({ path, fd, bytes: stat.size })
    if (isProblem(opened)) closeSync(fd)
    return opened
  } catch (error) {
    return systemProblem(error, path)
  }
}

/** One call reads no more than 2 GiB. */
const readLimit = 2 ** 30

/** In a buffer of their own; fewer bytes where the file ends. */
export function readAt(fd: number, position: number, count: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(count)
  let done = 0
  while (done < count) {
    const read = readSync(fd, bytes, done, Math.min(count - done, readLimit), position + done)
    if (read === 0) return bytes.slice(0, done)
    done += read
  }
  return bytes
}

/** A network with one of these in its weights predicts nothing. */
export function finite(numbers: Numbers, path: string, tensor: string): Numbers | Problem {
  const wrong = nonFinite(numbers)
  return wrong === undefined
    ? numbers
    : problem('weights-not-finite', { path, tensor, total: numbers.length, ...wrong })
}
