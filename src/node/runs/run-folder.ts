// The folder of a training run: what was asked for, a copy of the spec, the checkpoints, the history and the page. It is all that
// resuming, predicting and exporting need.
import { existsSync, mkdirSync, readdirSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { compileRecipe, type RecipeCompilation } from '../../compiler/compile.ts'
import { isProblem, problem, type Problem } from '../../compiler/diagnostics/diagnostic.ts'
import type { OrientationPolicy } from '../../compiler/semantics/declarations/train.ts'
import type { SourceFile } from '../../compiler/text/source.ts'
import type { DatasetDescription } from '../../data/case.ts'
import type { ChannelRule } from '../../data/normalise.ts'
import type { Split } from '../../data/split.ts'
import { weftRun } from '../../json/generated/weft-run-1.ts'
import { faultsText, readJson } from '../../json/read.ts'
import { noteInput } from '../inputs.ts'
import { nodeHost, readText } from '../spec-files.ts'
import { removeDrafts, textFile, writeFiles, writeProblem } from '../write-file.ts'
import { digestOfText, fieldDigests, settledFields, shownDigest, type RunDigests } from './digests.ts'
import { descriptionFile } from './is-run-folder.ts'
import { pipelineFile, readPipeline, type Prepared } from './pipeline-file.ts'
import { lockRun } from './lock.ts'

/** `run.json`, as schema/weft-run-1.schema.json has it. */
export interface RunDescription {
  /** Of this file; another number is another layout. */
  readonly format: 1
  /** Version of Weft that began the run. */
  readonly weft: string
  /** The spec's path beneath `spec/`. */
  readonly entry: string
  readonly recipe: string
  /** Arguments of the network from outside, as Weft expressions. */
  readonly arguments: Readonly<Record<string, string>>
  /** What takes the place of the recipe's own numbers. */
  readonly instead: Overrides
  readonly seed: number
  /** As `--data` gave it: a folder, made absolute, or `phantom:…`. */
  readonly data: string
  readonly dataset: DatasetDescription
  readonly normalisation: readonly ChannelRule[]
  readonly split: Split
  /** How volumes are turned, by the recipe or instead of it; absent in runs of before there was a choice, which are `strict`. */
  readonly orientation?: OrientationPolicy
  /** Absent in a run that an earlier version began. */
  readonly digests?: RunDigests
}

/** Settings of a recipe that a command may change. */
export interface Overrides {
  readonly epochs?: number
  readonly steps?: number
  readonly batch?: number
  readonly orientation?: OrientationPolicy
}

export const specFolder = 'spec'
export const historyFile = 'history.jsonl'
export const pageFile = 'index.html'
/** The newest state, the one before it, and the weights of the epoch with the best mean Dice. */
export const checkpointFiles = {
  last: 'checkpoint.safetensors',
  previous: 'previous.safetensors',
  best: 'best.safetensors',
} as const
/** A checkpoint that could not be used any more, kept for who wants to know why. */
export const damagedFile = 'damaged.safetensors'
const filesOfRuns = [descriptionFile, pipelineFile, ...Object.values(checkpointFiles), historyFile, pageFile]
/** What they are to a command that reads the run. */
export const ofRun = 'a file of the run'
export type WhichCheckpoint = keyof typeof checkpointFiles

/** Why a run, or a model, cannot be written into a folder: it may hold nothing yet but what begins with a dot. */
export function folderProblem(folder: string, isModel = false): Problem | undefined {
  if (!existsSync(folder)) return undefined
  try {
    if (!statSync(folder).isDirectory())
      return problem('file-unwritable', { path: folder, reason: 'a file is in the way of the folder' })
    const isFree = readdirSync(folder).every((name) => name.startsWith('.'))
    return isFree ? undefined : problem('run-exists', { path: folder, isModel })
  } catch (error) {
    return writeProblem(error, folder)
  }
}

/** Removes unfinished files of ours whose processes are gone. */
export const removeRunDrafts = (folder: string): void => removeDrafts(folder, filesOfRuns)

/**
 * Begins a run: its folder with the description, which comes last, the texts of the spec without the bundled ones, and that of `pipeline.json`
 * where cases are resampled.
 */
export function createRun(
  folder: string,
  description: RunDescription,
  { sources, pipeline }: { readonly sources: ReadonlyMap<string, SourceFile>; readonly pipeline?: string },
): Problem | undefined {
  const texts = [
    ...ownSources(sources).map(({ path, text }) => textFile(join(folder, specFolder, path), text)),
    ...(pipeline === undefined ? [] : [textFile(join(folder, pipelineFile), pipeline)]),
  ]
  try {
    mkdirSync(folder, { recursive: true })
  } catch (error) {
    return writeProblem(error, folder)
  }
  const lock = lockRun(folder)
  if (isProblem(lock)) return lock
  try {
    // Another run may have been begun there while the cases were read.
    const taken = folderProblem(folder)
    if (taken !== undefined) return taken
    for (const { path } of texts) mkdirSync(dirname(path), { recursive: true })
    const json = `${JSON.stringify(description, undefined, 2)}\n`
    return writeFiles([...texts, textFile(join(folder, descriptionFile), json)])
  } catch (error) {
    return writeProblem(error, folder)
  } finally {
    lock.release()
  }
}

/** The files of a spec that are not bundled with Weft. */
const ownSources = (sources: ReadonlyMap<string, SourceFile>): SourceFile[] =>
  [...sources.values()].filter(({ path }) => !path.startsWith('std/') && !path.startsWith('<'))

export const specDigests = (sources: ReadonlyMap<string, SourceFile>): RunDigests['spec'] =>
  Object.fromEntries(ownSources(sources).map(({ path, text }) => [path, digestOfText(text)]))

export interface RunFolder {
  readonly folder: string
  readonly description: RunDescription
  /** What is done with volumes, where the recipe resamples; else they are normalised as a whole. */
  readonly prepared: Prepared | undefined
  /** The run's own copy of the spec, elaborated; it had no errors when the run began. */
  compile(): RecipeCompilation
}

/** A description lists the cases twice: bytes of one of a hundred thousand. */
const descriptionByteLimit = 2 ** 26

export function openRun(folder: string): RunFolder | Problem {
  const path = join(folder, descriptionFile)
  if (!existsSync(path)) return problem('run-missing', { path: folder, file: descriptionFile })
  for (const name of filesOfRuns) noteInput(join(folder, name), ofRun)
  const text = readText(path, path, ofRun, descriptionByteLimit)
  if (isProblem(text)) return text
  const description = parsed(text, path)
  if (isProblem(description)) return description
  if (!existsSync(join(folder, specFolder)))
    return problem('run-damaged', { path: folder, reason: `it has no ${specFolder}/` })
  const changed = changedField(description, path) ?? changedSpec(description, folder)
  if (changed !== undefined) return changed
  const digest = description.digests?.pipeline
  const prepared = digest === undefined ? undefined : readPipeline(folder, digest)
  if (isProblem(prepared)) return prepared
  return { folder, description, prepared, compile: () => compileCopy(folder, description) }
}

/** A field that decides what is learned and is not what the run began with. */
function changedField(description: RunDescription, path: string): Problem | undefined {
  const { digests } = description
  if (digests === undefined) return undefined
  const now = fieldDigests(description)
  const changed = settledFields.find((field) => now[field] !== digests.fields[field])
  return changed === undefined
    ? undefined
    : changedSince(path, `\`${changed}\``, digests.fields[changed], now[changed])
}

function changedSpec({ digests }: RunDescription, folder: string): Problem | undefined {
  for (const [name, then] of Object.entries(digests?.spec ?? {})) {
    const path = join(folder, specFolder, name)
    const text = readText(path, path, ofRun)
    if (isProblem(text)) return text
    const now = digestOfText(text)
    if (now !== then) return changedSince(path, 'text', then, now)
  }
  return undefined
}

const changedSince = (path: string, what: string, then: string, now: string): Problem =>
  problem('run-damaged', {
    path,
    reason: `its ${what} is not what the run began with (${shownDigest(then)} then, ${shownDigest(now)} now)`,
  })

function compileCopy(folder: string, { entry, recipe, arguments: given }: RunDescription): RecipeCompilation {
  return compileRecipe(entry, nodeHost(join(folder, specFolder)), { recipe, arguments: given })
}

/** All fields are those of the schema; beyond it, every channel has its rule. */
function parsed(text: string, path: string): RunDescription | Problem {
  const held = readJson(text, weftRun)
  if (held.kind === 'faults') return problem('run-damaged', { path, reason: faultsText(held.faults) })
  const { normalisation, dataset } = held.data
  const [rules, channels] = [normalisation.length, dataset.channels.length]
  return rules === channels
    ? held.data
    : problem('run-damaged', {
        path,
        reason: `\`normalisation\` has ${rules} rules for ${channels} channels`,
      })
}
