// An exported model as it runs: written to a folder of its own, which goes when the runtime has opened it.
import { join } from 'node:path'
import type { EmittedFile } from '../backends/backend.ts'
import { emitOnnx, type EmittedOnnx, type OnnxOptions } from '../backends/onnx/emit.ts'
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
  return emitted.kind === 'refused' ? emitted : yield* writingEmitted(emitted, options)
}

function* writingEmitted(
  { files: all, model }: EmittedOnnx,
  { directory, onProgress }: Pick<WriteOptions, 'directory' | 'onProgress'>,
): Stepwise<WrittenModel | ModelFailure> {
  const files = all.map((file) => ({ path: join(directory, file.name), chunks: () => file.chunks() }))
  const byteCount = all.reduce((sum, file) => sum + file.byteCount, 0)
  const failed = yield* writingFiles(files, (bytes) => onProgress?.(bytes, byteCount))
  if (failed !== undefined) return { kind: 'failed', problem: failed }
  return { kind: 'written', paths: files.map(({ path }) => path), files: all, model }
}

/** Exports a graph and opens the file in the runtime, as a user would. */
export async function runModel(
  runtime: OnnxRuntime,
  { graph, sources }: { readonly graph: Graph; readonly sources: Sources },
  options: ModelOptions,
  session: SessionOptions = {},
): Promise<RunningModel | ModelFailure> {
  const emitted = emitOnnx(graph, sources, { ...options, fileName: 'model.onnx' })
  return emitted.kind === 'refused' ? emitted : runEmitted(runtime, emitted, session)
}

/** The same of a model that is emitted already. */
export async function runEmitted(
  runtime: OnnxRuntime,
  emitted: EmittedOnnx,
  session: SessionOptions = {},
): Promise<RunningModel | ModelFailure> {
  const folder = temporaryFolder('weft-onnx-')
  if (isProblem(folder)) return { kind: 'failed', problem: folder }
  let running: RunningModel | undefined
  try {
    const written = await inTurns(writingEmitted(emitted, { directory: folder.path }))
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
