// An exported model as it runs: written to a folder of its own, which goes when the runtime has opened it.
import { join } from 'node:path'
import type { EmittedFile } from '../backends/backend.ts'
import { emitOnnx, type OnnxOptions } from '../backends/onnx/emit.ts'
import type { OnnxGraph } from '../backends/onnx/model.ts'
import type { Sources } from '../compiler/analysis/charge.ts'
import { isProblem, type Diagnostic, type Problem } from '../compiler/diagnostics/diagnostic.ts'
import type { Graph } from '../compiler/ir/graph.ts'
import type { OnnxRuntime, RuntimeSession, SessionOptions } from './onnx-runtime.ts'
import { temporaryFolder } from './temporary-folder.ts'
import { writingFiles } from './write-file.ts'
import { atOnce, inTurns, type Stepwise } from './writing.ts'

export interface RunningModel {
  readonly kind: 'running'
  readonly session: RuntimeSession
  readonly model: OnnxGraph
  close(): Promise<void>
}

export type ModelFailure =
  | { readonly kind: 'refused'; readonly diagnostics: readonly Diagnostic[] }
  | { readonly kind: 'failed'; readonly problem: Problem }

export type ModelOptions = Omit<OnnxOptions, 'fileName' | 'data'>

export interface WrittenModel {
  readonly kind: 'written'
  /** In the order of `files`; the model itself is the last. */
  readonly paths: readonly string[]
  readonly files: readonly EmittedFile[]
  readonly model: OnnxGraph
}

export type WriteOptions = OnnxOptions & {
  readonly directory: string
  readonly onProgress?: (bytes: number, all: number) => void
}

/** Writes the files of a model into a directory. */
export function writeOnnx(
  graph: Graph,
  sources: Sources,
  options: WriteOptions,
): WrittenModel | ModelFailure {
  return atOnce(writingOnnx(graph, sources, options))
}

/** The same step by step. */
export function* writingOnnx(
  graph: Graph,
  sources: Sources,
  options: WriteOptions,
): Stepwise<WrittenModel | ModelFailure> {
  const emitted = emitOnnx(graph, sources, options)
  if (emitted.kind === 'refused') return emitted
  const files = emitted.files.map((file) => ({
    path: join(options.directory, file.name),
    chunks: () => file.chunks(),
  }))
  const all = emitted.files.reduce((sum, { byteCount }) => sum + byteCount, 0)
  const failed = yield* writingFiles(files, (bytes) => options.onProgress?.(bytes, all))
  if (failed !== undefined) return { kind: 'failed', problem: failed }
  return { kind: 'written', paths: files.map(({ path }) => path), files: emitted.files, model: emitted.model }
}

/** Exports a graph and opens the file in the runtime, as a user would. */
export async function runModel(
  runtime: OnnxRuntime,
  { graph, sources }: { readonly graph: Graph; readonly sources: Sources },
  options: ModelOptions,
  session: SessionOptions = {},
): Promise<RunningModel | ModelFailure> {
  const folder = temporaryFolder('weft-onnx-')
  if (isProblem(folder)) return { kind: 'failed', problem: folder }
  let running: RunningModel | undefined
  try {
    const named = { ...options, fileName: 'model.onnx', directory: folder.path }
    const written = await inTurns(writingOnnx(graph, sources, named))
    if (written.kind !== 'written') return written
    const opened = await runtime.open(written.paths.at(-1) ?? '', session)
    if (isProblem(opened)) return { kind: 'failed', problem: opened }
    const close = async (): Promise<void> => {
      try {
        await opened.release()
      } finally {
        if (openFilesNeedNames) folder.remove()
      }
    }
    running = { kind: 'running', session: opened, model: written.model, close }
    return running
  } finally {
    if (running === undefined || !openFilesNeedNames) folder.remove()
  }
}

/**
 * Elsewhere the folder goes as soon as the runtime has the file: nothing is left to clear away then, so nobody listens for signals, and one
 * ends the program whatever it computes.
 */
const openFilesNeedNames = process.platform === 'win32'
