// A folder for nnU-Net's `nnUNet_extTrainer` on disk: a trainer, and beside it the package with its network.
import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { emitNnunet, type NnunetOptions } from '../backends/torch/nnunet/emit.ts'
import { markFile } from '../backends/torch/nnunet/readme.ts'
import type { Setting } from '../backends/torch/nnunet/setting.ts'
import type { Sources } from '../compiler/analysis/charge.ts'
import type { Diagnostic, Problem } from '../compiler/diagnostics/diagnostic.ts'
import type { Graph } from '../compiler/ir/graph.ts'
import { writingExport } from './export-folder.ts'
import { atOnce, type Stepwise } from './writing.ts'

export interface WrittenNnunetFolder {
  readonly kind: 'written'
  readonly setting: Setting
  /** Settings of the recipe that nnU-Net goes about in its own way. */
  readonly leftOut: readonly string[]
  /** The configuration that the plans have got. */
  readonly added: string | undefined
  readonly warnings: readonly Diagnostic[]
  readonly files: readonly { readonly name: string; readonly byteCount: number }[]
}

export type NnunetFolderFailure =
  | { readonly kind: 'refused'; readonly diagnostics: readonly Diagnostic[] }
  | { readonly kind: 'failed'; readonly problem: Problem }

type WriteOptions = NnunetOptions & {
  readonly directory: string
  readonly onProgress?: (bytes: number, all: number) => void
}

/** Writes the trainer and its package into a folder, which is made where it is missing; one that holds something else is left alone. */
export function writeNnunetFolder(
  graph: Graph,
  sources: Sources,
  options: WriteOptions,
): WrittenNnunetFolder | NnunetFolderFailure {
  return atOnce(writingNnunetFolder(graph, sources, options))
}

/** The same step by step. */
export function* writingNnunetFolder(
  graph: Graph,
  sources: Sources,
  options: WriteOptions,
): Stepwise<WrittenNnunetFolder | NnunetFolderFailure> {
  const { directory, onProgress } = options
  const emitted = emitNnunet(graph, sources, options)
  if (emitted.kind === 'refused') return emitted
  const failed = yield* writingExport(emitted.files, { directory, mark: markFile, ownOf, onProgress })
  if (failed !== undefined) return { kind: 'failed', problem: failed }
  return { ...emitted, kind: 'written' }
}

/** Trainers and packages of an export; a person's own trainers beside them stay. */
function ownOf(path: string): readonly string[] | undefined {
  const readme = readFileSync(path, 'utf8')
  if (!readme.includes('written by Weft')) return undefined
  const folder = dirname(path)
  return readdirSync(folder, { withFileTypes: true }).flatMap((one) => {
    if (one.isFile())
      return readme.includes(`\`${one.name}\``) || isTrainer(join(folder, one.name)) ? [one.name] : []
    if (!one.isDirectory() || !one.name.startsWith('weft_')) return []
    return readdirSync(join(folder, one.name)).map((name) => `${one.name}/${name}`)
  })
}

const isTrainer = (path: string): boolean =>
  path.endsWith('.py') &&
  /^"""nnUNetTrainer_\w+, written by Weft /.test(readFileSync(path, 'utf8').slice(0, 200))
