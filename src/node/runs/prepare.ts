// From a recipe and a dataset to a training task: everything that can be wrong is found before the first step, and before a new run's folder
// is made.
import { trainingBytes } from '../../backends/tfjs/memory.ts'
import { isProblem, problem, type Problem } from '../../compiler/diagnostics/diagnostic.ts'
import type { Graph } from '../../compiler/ir/graph.ts'
import type { Recipe } from '../../compiler/semantics/declarations/train.ts'
import type { SourceFile } from '../../compiler/text/source.ts'
import type { LabelledCase } from '../../data/case.ts'
import { checkCases } from '../../data/checks.ts'
import { normalisationOf } from '../../data/normalise.ts'
import { paddingNote } from '../../data/sampling.ts'
import { splitCases, type Split } from '../../data/split.ts'
import { memoryProblem, type ChosenBackend } from '../tfjs-backend.ts'
import { openDataSource, readCases, type DataSource } from './data-source.ts'
import {
  createRun,
  folderProblem,
  openRun,
  type Overrides,
  type RunDescription,
  type RunFolder,
} from './run-folder.ts'
import { patchOf, recipeProblem, taskProblem, type TrainingTask } from './task.ts'

export interface NewRun {
  readonly folder: string
  readonly weft: string
  readonly entry: string
  readonly sources: ReadonlyMap<string, SourceFile>
  readonly graph: Graph
  /** As the spec has it. */
  readonly recipe: Recipe
  readonly arguments: Readonly<Record<string, string>>
  readonly instead: Overrides
  readonly seed: number
  readonly data: string
  /** Share or number of cases. */
  readonly validation: number
  readonly backend: ChosenBackend
}

export interface Watch {
  /** What does not keep a run from training: absent classes, padded patches. */
  onWarning?(found: Problem): void
  onCase?(done: number, all: number): void
}

/** Checks and reads everything, then makes the folder of a new run. */
export async function beginRun(asked: NewRun, watch: Watch): Promise<TrainingTask | Problem> {
  const { folder, graph, data, seed, validation } = asked
  const taken = folderProblem(folder)
  if (taken !== undefined) return taken
  const source = openDataSource(data)
  if (isProblem(source)) return source
  const recipe = withOverrides(asked.recipe, asked.instead)
  const misfit =
    taskProblem(graph, source.description) ??
    recipeProblem(graph, recipe) ??
    memoryProblem(asked.backend.name, trainingBytes(graph, recipe))
  if (misfit !== undefined) return misfit
  const split = splitCases(source.cases, { seed, validation })
  if (isProblem(split)) return split
  const cases = await readSplit(source, split, watch)
  if (isProblem(cases)) return cases
  const normalisation = normalisationOf(source.description.channels, cases.training)
  if (isProblem(normalisation)) return normalisation
  warn(cases.training, source, graph, watch)
  const description: RunDescription = {
    format: 1,
    weft: asked.weft,
    entry: asked.entry,
    recipe: asked.recipe.name,
    arguments: asked.arguments,
    instead: asked.instead,
    seed,
    data: source.origin,
    dataset: source.description,
    normalisation,
    split,
  }
  const failed = createRun(folder, description, asked.sources)
  if (failed !== undefined) return failed
  const run = openRun(folder)
  if (isProblem(run)) return run
  return { run, graph, recipe, ...cases, backend: asked.backend }
}

/** What the command line says again of a run that goes on; what it leaves out is as it was. */
export type Again = Partial<Pick<NewRun, 'graph' | 'recipe' | 'instead' | 'seed' | 'data' | 'validation'>>

/** Opens a run to go on with. Whatever is said again has to be what it began with. */
export async function resumeRun(
  folder: string,
  backend: ChosenBackend,
  again: Again,
  watch: Watch,
): Promise<TrainingTask | Problem> {
  const run = openRun(folder)
  if (isProblem(run)) return run
  const { description } = run
  const { graph, recipe: written } = run.compile()
  if (graph === undefined || written === undefined)
    return problem('run-damaged', { path: folder, reason: 'its copy of the spec has errors' })
  const differs = difference(run, { graph, recipe: written }, again)
  if (differs !== undefined) return problem('run-differs', { path: folder, ...differs })
  const source = openDataSource(description.data)
  if (isProblem(source)) return source
  const recipe = withOverrides(written, description.instead)
  const tooMuch = memoryProblem(backend.name, trainingBytes(graph, recipe))
  if (tooMuch !== undefined) return tooMuch
  const changed = changedData(description, source)
  if (changed !== undefined) return problem('run-differs', { path: folder, ...changed })
  const cases = await readSplit(source, description.split, watch)
  if (isProblem(cases)) return cases
  return { run, graph, recipe, ...cases, backend }
}

const withOverrides = (recipe: Recipe, instead: Overrides): Recipe => ({ ...recipe, ...instead })

async function readSplit(
  source: DataSource,
  split: Split,
  { onCase }: Watch,
): Promise<{ training: readonly LabelledCase[]; validation: readonly LabelledCase[] } | Problem> {
  const names = [...split.training, ...split.validation]
  const cases = await readCases(source, names, onCase)
  if (isProblem(cases)) return cases
  const { length } = split.training
  return { training: cases.slice(0, length), validation: cases.slice(length) }
}

function warn(cases: readonly LabelledCase[], source: DataSource, graph: Graph, { onWarning }: Watch): void {
  const padded = paddingNote(cases, patchOf(graph))
  const found = [...checkCases(cases, source.description.classes), ...(padded === undefined ? [] : [padded])]
  for (const one of found) onWarning?.(one)
}

interface Difference {
  readonly what: string
  readonly there: string
  readonly here: string
}

/** The first thing that is said again and is not what the run began with. */
function difference(
  { description }: RunFolder,
  before: { readonly graph: Graph; readonly recipe: Recipe },
  again: Again,
): Difference | undefined {
  const { instead, seed, data, split } = description
  const pairs: readonly (readonly [what: string, there: unknown, here: unknown])[] = [
    ['the network', before.graph.network, again.graph?.network],
    ...differentArguments(before.graph, again.graph),
    ['the recipe', before.recipe.name, again.recipe?.name],
    ...Object.entries(before.recipe).map(
      ([name, value]) => [`the recipe's ${name}`, value, settingOf(again.recipe, name)] as const,
    ),
    ['the graph', structure(before.graph), again.graph && structure(again.graph)],
    ...(['epochs', 'steps', 'batch'] as const).map(
      (name) => [`--${name}`, instead[name] ?? before.recipe[name], again.instead?.[name]] as const,
    ),
    ['the seed', seed, again.seed],
    ['the data', data, again.data && originOf(again.data)],
    ['the number of validation cases', split.validation.length, validationCases(again.validation, split)],
  ]
  for (const [what, there, here] of pairs)
    if (here !== undefined && JSON.stringify(there) !== JSON.stringify(here))
      return { what, there: shown(there), here: shown(here) }
  return undefined
}

/** The channels and classes of the dataset, where it says others now. */
function changedData({ dataset }: RunDescription, { description }: DataSource): Difference | undefined {
  for (const part of ['channels', 'classes'] as const) {
    const [there, here] = [dataset[part].join(', '), description[part].join(', ')]
    if (there !== here)
      return { what: `the list of ${part} of the data`, there: shown(there), here: shown(here) }
  }
  return undefined
}

const settingOf = (recipe: Recipe | undefined, name: string): unknown =>
  recipe === undefined ? undefined : new Map<string, unknown>(Object.entries(recipe)).get(name)

function differentArguments(
  before: Graph,
  now: Graph | undefined,
): (readonly [what: string, there: unknown, here: unknown])[] {
  return before.arguments.map(({ name, value }) => [
    `the argument ${name}`,
    value,
    now?.arguments.find((one) => one.name === name)?.value,
  ])
}

/** What a graph computes, without where it was written. */
function structure({ nodes, parameters, fusions }: Graph): string {
  const computed = nodes.map(({ op, attributes, inputs }) => [op, attributes, inputs])
  const learned = parameters.map(({ path, shape, mask }) => [path, shape, mask])
  return JSON.stringify([computed, learned, fusions.map(({ sparsity }) => sparsity)])
}

function originOf(data: string): string {
  const source = openDataSource(data)
  return isProblem(source) ? data : source.origin
}

function validationCases(given: number | undefined, { training, validation }: Split): number | undefined {
  if (given === undefined || given >= 1 || given === 0) return given
  return Math.max(1, Math.round(given * (training.length + validation.length)))
}

const shownLimit = 60

function shown(value: unknown): string {
  const text = typeof value === 'string' ? value : JSON.stringify(value)
  return text.length > shownLimit ? 'another one' : text
}
