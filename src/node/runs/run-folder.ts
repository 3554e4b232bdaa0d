// The folder of a training run: what was asked for, a copy of the spec, the checkpoints, the history and the page. It is all that
// resuming, predicting and exporting need.
import { existsSync, mkdirSync, readdirSync, rmSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { compileRecipe, type RecipeCompilation } from '../../compiler/compile.ts'
import { isProblem, problem, type Problem } from '../../compiler/diagnostics/diagnostic.ts'
import { orientationPolicies, type OrientationPolicy } from '../../compiler/semantics/declarations/train.ts'
import type { SourceFile } from '../../compiler/text/source.ts'
import type { DatasetDescription } from '../../data/case.ts'
import type { ChannelRule } from '../../data/normalise.ts'
import type { Split } from '../../data/split.ts'
import { noteInput } from '../inputs.ts'
import { nodeHost, readText, reasonOf } from '../spec-files.ts'
import { textFile, writeFiles } from '../write-file.ts'

/** `run.json`. */
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
}

/** Settings of a recipe that a command may change. */
export interface Overrides {
  readonly epochs?: number
  readonly steps?: number
  readonly batch?: number
  readonly orientation?: OrientationPolicy
}

export const descriptionFile = 'run.json'
export const specFolder = 'spec'
export const historyFile = 'history.jsonl'
export const pageFile = 'index.html'
/** The newest state, and the weights of the epoch with the best mean Dice. */
export const checkpointFiles = { last: 'checkpoint.safetensors', best: 'best.safetensors' } as const
const filesOfRuns = [descriptionFile, ...Object.values(checkpointFiles), historyFile, pageFile]
/** What they are to a command that reads the run. */
export const ofRun = 'a file of the run'
export type WhichCheckpoint = keyof typeof checkpointFiles

export const isRunFolder = (path: string): boolean => existsSync(join(path, descriptionFile))

/** Why a run cannot be begun in a folder: it may hold nothing yet but what begins with a dot. */
export function folderProblem(folder: string): Problem | undefined {
  if (!existsSync(folder)) return undefined
  try {
    if (!statSync(folder).isDirectory())
      return problem('file-unwritable', { path: folder, reason: 'a file is in the way of the folder' })
    const isFree = readdirSync(folder).every((name) => name.startsWith('.'))
    return isFree ? undefined : problem('run-exists', { path: folder })
  } catch (error) {
    return unwritable(error, folder)
  }
}

/** What a write that was killed leaves beside a file of ours: `.checkpoint.safetensors.<process>.tmp`. */
const draft =
  /^\.(?:checkpoint\.safetensors|best\.safetensors|history\.jsonl|index\.html)\.(\d+)(?:\.\d+)?\.tmp$/

/** Removes unfinished files of processes that are gone. */
export function removeDrafts(folder: string): void {
  for (const name of readdirSync(folder)) {
    const owner = draft.exec(name)?.[1]
    if (owner !== undefined && !isAlive(Number(owner))) rmSync(join(folder, name), { force: true })
  }
}

function isAlive(processId: number): boolean {
  try {
    return process.kill(processId, 0)
  } catch (error) {
    // Somebody else's process is there, and may not be asked.
    return error instanceof Error && 'code' in error && error.code === 'EPERM'
  }
}

/** Begins a run: its folder with the description, which comes last, and the texts of the spec without the bundled ones. */
export function createRun(
  folder: string,
  description: RunDescription,
  sources: ReadonlyMap<string, SourceFile>,
): Problem | undefined {
  const own = [...sources.values()].filter(({ path }) => !path.startsWith('std/') && !path.startsWith('<'))
  const texts = own.map(({ path, text }) => textFile(join(folder, specFolder, path), text))
  try {
    for (const { path } of texts) mkdirSync(dirname(path), { recursive: true })
  } catch (error) {
    return unwritable(error, folder)
  }
  const json = `${JSON.stringify(description, undefined, 2)}\n`
  return writeFiles([...texts, textFile(join(folder, descriptionFile), json)])
}

function unwritable(error: unknown, path: string): Problem {
  if (!(error instanceof Error && 'code' in error)) throw error
  return problem('file-unwritable', { path, reason: reasonOf(String(error.code)) })
}

export interface RunFolder {
  readonly folder: string
  readonly description: RunDescription
  /** The run's own copy of the spec, elaborated; it had no errors when the run began. */
  compile(): RecipeCompilation
}

export function openRun(folder: string): RunFolder | Problem {
  const path = join(folder, descriptionFile)
  if (!existsSync(path)) return problem('run-missing', { path: folder, file: descriptionFile })
  for (const name of filesOfRuns) noteInput(join(folder, name), ofRun)
  const text = readText(path, path, ofRun)
  if (isProblem(text)) return text
  const description = parsed(text, path)
  if (isProblem(description)) return description
  if (!existsSync(join(folder, specFolder)))
    return problem('run-damaged', { path: folder, reason: `it has no ${specFolder}/` })
  return { folder, description, compile: () => compileCopy(folder, description) }
}

function compileCopy(folder: string, { entry, recipe, arguments: given }: RunDescription): RecipeCompilation {
  return compileRecipe(entry, nodeHost(join(folder, specFolder)), { recipe, arguments: given })
}

const wanted: Readonly<Record<Exclude<keyof RunDescription, 'orientation'>, string>> = {
  format: 'number',
  weft: 'string',
  entry: 'string',
  recipe: 'string',
  arguments: 'object',
  instead: 'object',
  seed: 'number',
  data: 'string',
  dataset: 'object',
  normalisation: 'object',
  split: 'object',
}

/** Fields that hold lists. */
const lists: readonly (readonly [name: keyof RunDescription, ...fields: readonly string[]])[] = [
  ['dataset', 'channels', 'classes'],
  ['split', 'training', 'validation'],
]

const isListIn = (value: unknown, field: string): boolean =>
  typeof value === 'object' &&
  value !== null &&
  Array.isArray(new Map<string, unknown>(Object.entries(value)).get(field))

function parsed(text: string, path: string): RunDescription | Problem {
  let json: unknown
  try {
    json = JSON.parse(text)
  } catch (error) {
    return problem('run-damaged', { path, reason: error instanceof Error ? error.message : 'not JSON' })
  }
  if (typeof json !== 'object' || json === null)
    return problem('run-damaged', { path, reason: 'it is not a JSON object' })
  const entries: Readonly<Record<string, unknown>> = { ...json }
  const wrong = Object.entries(wanted).find(([name, type]) => typeof entries[name] !== type)
  if (wrong !== undefined) return problem('run-damaged', { path, reason: `\`${wrong[0]}\` is missing` })
  if (entries['format'] !== 1)
    return problem('run-damaged', { path, reason: `its format is ${String(entries['format'])}, not 1` })
  const unlisted = lists.find(([name, ...fields]) => fields.some((field) => !isListIn(entries[name], field)))
  if (unlisted !== undefined)
    return problem('run-damaged', { path, reason: `\`${unlisted[0]}\` is not as Weft writes it` })
  const { orientation } = entries
  if (orientation !== undefined && !orientationPolicies.some((policy) => policy === orientation))
    return problem('run-damaged', { path, reason: '`orientation` is not as Weft writes it' })
  // The kinds of all fields were checked; the file is ours.
  return json as RunDescription
}
