// A TensorFlow.js graph model on disk: a folder of its own with model.json, its weights and what continues training.
import { readFileSync } from 'node:fs'
import type { EmittedFile } from '../backends/backend.ts'
import { emitGraphModel, type GraphModelOptions } from '../backends/tfjs/graph-model/emit.ts'
import type { TfGraph } from '../backends/tfjs/graph-model/model.ts'
import { expandGraph } from '../backends/weft/expand.ts'
import type { Sources } from '../compiler/analysis/charge.ts'
import type { Diagnostic, Problem } from '../compiler/diagnostics/diagnostic.ts'
import type { Graph } from '../compiler/ir/graph.ts'
import { writingExport } from './export-folder.ts'
import { atOnce, type Stepwise } from './writing.ts'

export interface WrittenGraphModel {
  readonly kind: 'written'
  /** `model.json` is the last. */
  readonly files: readonly EmittedFile[]
  readonly model: TfGraph
}

export type GraphModelFailure =
  | { readonly kind: 'refused'; readonly diagnostics: readonly Diagnostic[] }
  | { readonly kind: 'failed'; readonly problem: Problem }

/**
 * Writes the files of a model into a folder, which is made where it is missing. One that holds something else than an export is left alone; the
 * weights of an earlier export that the new one has no files of the same name for are removed when the new one is complete.
 */
export function writeGraphModel(
  graph: Graph,
  sources: Sources,
  options: WriteOptions,
): WrittenGraphModel | GraphModelFailure {
  return atOnce(writingGraphModel(graph, sources, options))
}

type WriteOptions = Omit<GraphModelOptions, 'spec'> & {
  readonly directory: string
  readonly onProgress?: (bytes: number, all: number) => void
}

/** The same step by step. */
export function* writingGraphModel(
  graph: Graph,
  sources: Sources,
  options: WriteOptions,
): Stepwise<WrittenGraphModel | GraphModelFailure> {
  const { directory, onProgress } = options
  // The library comes with Weft.
  const own = [...sources.files].filter(([path]) => !path.startsWith('std/'))
  const files = Object.fromEntries(own.map(([path, { text }]) => [path, text]))
  const spec = { entry: sources.entry, files, expanded: expandGraph(graph) }
  const emitted = emitGraphModel(graph, { ...options, spec })
  if (emitted.kind === 'refused') return emitted
  const failed = yield* writingExport(emitted.files, {
    directory,
    mark: 'model.json',
    ownOf: exportedWeights,
    onProgress,
  })
  if (failed !== undefined) return { kind: 'failed', problem: failed }
  return { kind: 'written', files: emitted.files, model: emitted.model }
}

/** The names of an export's own weights files; undefined where Weft did not write the model. */
function exportedWeights(path: string): readonly string[] | undefined {
  const model = parsed(readFileSync(path, 'utf8'))
  if (!isRecord(model) || !String(model['generatedBy']).startsWith('weft ')) return undefined
  const groups = Array.isArray(model['weightsManifest']) ? model['weightsManifest'] : []
  return groups
    .flatMap((group: unknown): unknown[] =>
      isRecord(group) && Array.isArray(group['paths']) ? group['paths'] : [],
    )
    .filter((name): name is string => typeof name === 'string' && /^weights[\w-]*\.bin$/.test(name))
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null
}
