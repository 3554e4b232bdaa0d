// The folder of an imported model: `model.json` says what it is, `spec/` has its network, and beside them lie the weights of each member of
// the ensemble, under the paths of the network.
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Sources } from '../../compiler/analysis/charge.ts'
import { compile } from '../../compiler/compile.ts'
import { isProblem, problem, type Problem } from '../../compiler/diagnostics/diagnostic.ts'
import type { Graph } from '../../compiler/ir/graph.ts'
import type { Pipeline } from '../../data/pipeline/pipeline.ts'
import { weftModel, type WeftModel } from '../../json/generated/weft-model-1.ts'
import { faultsText, readJson } from '../../json/read.ts'
import { renamed } from '../../weights/renamed.ts'
import type { Weights } from '../../weights/weights.ts'
import { noteInput } from '../inputs.ts'
import { classesOf, patchOf } from '../image-network.ts'
import { openSafetensors, writingSafetensors } from '../safetensors-file.ts'
import { nodeHost, readText } from '../spec-files.ts'
import { textFile, writeFiles, writeProblem } from '../write-file.ts'
import type { Stepwise } from '../writing.ts'
import { modelFile } from './is-model-folder.ts'

export const specFolder = 'spec'
/** What they are to a command that reads the model. */
const ofModel = 'a file of the model'

/** `model.json`, as schema/weft-model-1.schema.json has it. */
export interface ModelDescription extends Omit<WeftModel, 'pipeline'> {
  readonly pipeline: Pipeline
}

// ---------------------------------------------------------------- writing

export interface ModelToWrite {
  readonly description: ModelDescription
  /** Text of the spec. */
  readonly spec: string
  readonly graph: Graph
  /** Opens the weights of a member, by its place in the list. */
  open(member: number): { readonly weights: Weights; close(): void } | Problem
  onProgress?(member: number, done: number, all: number): void
}

/** Writes the folder, `model.json` last: without it the folder is no model. */
export function* writingModel(folder: string, model: ModelToWrite): Stepwise<Problem | undefined> {
  const { description, spec, graph, onProgress } = model
  try {
    mkdirSync(join(folder, specFolder), { recursive: true })
  } catch (error) {
    return writeProblem(error, folder)
  }
  for (const [member, name] of description.members.entries()) {
    const opened = model.open(member)
    if (isProblem(opened)) return opened
    const { weights, close } = opened
    try {
      const tensors = graph.parameters.map((one) => ({
        name: one.path,
        dtype: 'F32' as const,
        shape: one.shape,
        numbers: () => weights.numbersOf(one),
      }))
      const report = (done: number, all: number): void => onProgress?.(member, done, all)
      const failed = yield* writingSafetensors(join(folder, name), tensors, new Map(), report)
      if (failed !== undefined) return failed
    } finally {
      close()
    }
  }
  const json = `${JSON.stringify(description, undefined, 2)}\n`
  return writeFiles([
    textFile(join(folder, specFolder, description.entry), spec),
    textFile(join(folder, modelFile), json),
  ])
}

// ---------------------------------------------------------------- reading

export interface OpenedModel {
  readonly folder: string
  readonly description: ModelDescription
  readonly graph: Graph
  readonly sources: Sources
}

export function openModel(folder: string): OpenedModel | Problem {
  const path = join(folder, modelFile)
  const text = readText(path, path, ofModel)
  if (isProblem(text)) return text
  const held = readJson(text, weftModel)
  if (held.kind === 'faults') return damaged(path, faultsText(held.faults))
  const transpose = permutation(held.data.pipeline.transpose)
  if (transpose === undefined) return damaged(path, 'its `transpose` has to have each of 0, 1 and 2 once')
  const description = { ...held.data, pipeline: { ...held.data.pipeline, transpose } }
  const { entry, network } = description
  const { graph, sources } = compile(entry, nodeHost(join(folder, specFolder)), { network })
  if (graph === undefined) return damaged(folder, 'its copy of the spec has errors')
  const misfit = misfitOf(graph, description)
  if (misfit !== undefined) return damaged(path, misfit)
  return { folder, description, graph, sources: { entry, files: sources } }
}

const damaged = (path: string, reason: string): Problem => problem('run-damaged', { path, reason })

function permutation([a, b, c]: readonly number[]): Pipeline['transpose'] | undefined {
  return a !== undefined && b !== undefined && c !== undefined && new Set([a, b, c]).size === 3
    ? [a, b, c]
    : undefined
}

/** What a person may have changed in one file and not in the other. */
function misfitOf(graph: Graph, { pipeline, channels, outputs }: ModelDescription): string | undefined {
  const { patch, normalisation, spacing, labelling } = pipeline
  if (patchOf(graph).join() !== patch.join())
    return `its patch is ${patch.join('×')}, and that of the network ${patchOf(graph).join('×')}`
  if (spacing.length !== patch.length) return `its spacing has ${spacing.length} axes, and the patch ${patch.length}` // prettier-ignore
  if (classesOf(graph) !== outputs.length)
    return `it has ${outputs.length} outputs, and the network ${classesOf(graph)}`
  if (normalisation.length !== channels.length)
    return `it has ${normalisation.length} schemes of normalisation for ${channels.length} channels`
  return labelling.kind === 'regions' && labelling.written.length !== outputs.length
    ? `it writes ${labelling.written.length} labels for ${outputs.length} regions`
    : undefined
}

/** The weights of a member; the caller closes their file. */
export function openMember(
  { folder, graph }: Pick<OpenedModel, 'folder' | 'graph'>,
  name: string,
): { readonly weights: Weights; close(): void } | Problem {
  const path = join(folder, name)
  noteInput(path, ofModel)
  const file = openSafetensors(path)
  if (isProblem(file)) return file
  const { weights, problems } = renamed(graph, file)
  const [wrong] = problems
  if (wrong === undefined) return { weights, close: () => file.close() }
  file.close()
  return wrong
}
