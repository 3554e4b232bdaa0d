// A PyTorch package on disk: a folder of its own with the modules, and the weights where there are some.
import { readdirSync, readFileSync } from 'node:fs'
import { basename, dirname, resolve } from 'node:path'
import { emitTorch, type TorchOptions } from '../backends/torch/emit.ts'
import { isPythonName } from '../backends/torch/names.ts'
import type { Sources } from '../compiler/analysis/charge.ts'
import { problem, type Diagnostic, type Problem } from '../compiler/diagnostics/diagnostic.ts'
import type { Graph } from '../compiler/ir/graph.ts'
import { writingExport } from './export-folder.ts'
import { atOnce, type Stepwise } from './writing.ts'

export interface WrittenTorchPackage {
  readonly kind: 'written'
  readonly files: readonly { readonly name: string; readonly byteCount: number }[]
}

export type TorchPackageFailure =
  | { readonly kind: 'refused'; readonly diagnostics: readonly Diagnostic[] }
  | { readonly kind: 'failed'; readonly problem: Problem }

type WriteOptions = TorchOptions & {
  readonly directory: string
  readonly onProgress?: (bytes: number, all: number) => void
}

/** Writes the files of a package into a folder, which is made where it is missing; one that holds something else is left alone. */
export function writeTorchPackage(
  graph: Graph,
  sources: Sources,
  options: WriteOptions,
): WrittenTorchPackage | TorchPackageFailure {
  return atOnce(writingTorchPackage(graph, sources, options))
}

/** The same step by step. */
export function* writingTorchPackage(
  graph: Graph,
  sources: Sources,
  options: WriteOptions,
): Stepwise<WrittenTorchPackage | TorchPackageFailure> {
  const { directory, onProgress } = options
  const misnamed = nameProblem(basename(resolve(directory)))
  if (misnamed !== undefined) return { kind: 'failed', problem: misnamed }
  const emitted = emitTorch(graph, sources, options)
  if (emitted.kind === 'refused') return emitted
  const failed = yield* writingExport(emitted.files, {
    directory,
    mark: 'network.py',
    ownOf: ownFiles,
    onProgress,
  })
  if (failed !== undefined) return { kind: 'failed', problem: failed }
  return { kind: 'written', files: emitted.files }
}

function nameProblem(name: string): Problem | undefined {
  if (isPythonName(name)) return undefined
  const plain = name.replaceAll(/\W+/g, '_')
  const suggestion = isPythonName(plain) ? plain : `net_${plain}`
  return problem('torch-folder-name', { name, suggestion })
}

/** What a package may be without in its next form. */
const optional: ReadonlySet<string> = new Set([
  'sparsity.py',
  'tables.json',
  'weights.safetensors',
  'weights.py',
])

function ownFiles(path: string): readonly string[] | undefined {
  const isOurs = /^"""\w+, written by Weft /.test(readFileSync(path, 'utf8').slice(0, 200))
  return isOurs ? readdirSync(dirname(path)).filter((name) => optional.has(name)) : undefined
}
