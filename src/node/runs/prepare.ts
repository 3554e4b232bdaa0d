// From a recipe and a dataset to a training task: everything that can be wrong is found before the first step, and before a new run's folder
// is made.
import { trainingBytes } from '../../backends/tfjs/memory.ts'
import { isProblem, problem, type Problem } from '../../compiler/diagnostics/diagnostic.ts'
import type { Graph } from '../../compiler/ir/graph.ts'
import { activationOf } from '../../compiler/semantics/declarations/losses.ts'
import type { Recipe } from '../../compiler/semantics/declarations/train.ts'
import type { SourceFile } from '../../compiler/text/source.ts'
import type { CaseShape } from '../../data/case.ts'
import { checkCases, factsOf, type CaseFacts } from '../../data/checks.ts'
import { findingsOf, type CaseFindings } from '../../data/fingerprint/fingerprint.ts'
import { everyVoxel, heldOfCase, type Sample } from '../../data/fingerprint/intensities.ts'
import { foregroundOf, normalisationOf, type ChannelRule } from '../../data/normalise.ts'
import { networkExtents, type Pipeline } from '../../data/pipeline/pipeline.ts'
import { settledPipeline } from '../../data/pipeline/settle.ts'
import { paddingNote } from '../../data/sampling.ts'
import { splitCases, type Split } from '../../data/split.ts'
import { memoryProblem, type ChosenBackend } from '../tfjs-backend.ts'
import { defaultCacheBytes, openCaseCache, type CaseCache } from './case-cache.ts'
import {
  caseBytes,
  caseMemoryProblem,
  drawingNeeds,
  labelNeeds,
  pipelineDemand,
  resamplingNeeds,
  segmentingNeeds,
  type Need,
} from './case-memory.ts'
import { labellingFor, pipelineText } from './pipeline-file.ts'
import { usualOverlap } from './segment.ts'
import { openDataSource, type DataSource } from './data-source.ts'
import { digestOfText, fieldDigests, graphDigest, recipeDigest, type RunDigests } from './digests.ts'
import { lockProblem } from './lock.ts'
import {
  createRun,
  folderProblem,
  openRun,
  specDigests,
  type Overrides,
  type RunDescription,
  type RunFolder,
} from './run-folder.ts'
import { changedData, changedSpec, difference, type Again } from './same-run.ts'
import { patchOf } from '../image-network.ts'
import { recipeProblem, taskProblem } from './misfit.ts'
import type { TrainingTask } from './task.ts'
import { verifiedCases, type VerifiedCases } from './verified-cases.ts'

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
  /** Bytes of cases that are kept in memory; half of what is free unless given. */
  readonly cacheBytes?: number
}

export interface Watch {
  /** What does not keep a run from training: absent classes, padded patches. */
  onWarning?(found: Problem): void
  onCase?(done: number, all: number): void
}

/** Checks and reads everything, one case at a time, then makes the folder of a new run. */
export async function beginRun(asked: NewRun, watch: Watch): Promise<TrainingTask | Problem> {
  const { folder, graph, data, seed, validation } = asked
  const taken = folderProblem(folder)
  if (taken !== undefined) return taken
  const recipe = withOverrides(asked.recipe, asked.instead)
  const source = openDataSource(data, recipe.orientation)
  if (isProblem(source)) return source
  const misfit =
    taskProblem(graph, source.description, activationOf(recipe.loss)) ??
    recipeProblem(graph, recipe) ??
    memoryProblem(asked.backend.name, trainingBytes(graph, recipe))
  if (misfit !== undefined) return misfit
  const split = splitCases(source.cases, { seed, validation })
  if (isProblem(split)) return split
  if (source.ignored !== undefined) watch.onWarning?.(source.ignored)
  const found = await lookThrough(source, { ...asked, recipe, split }, watch)
  if (isProblem(found)) return found
  const { cases } = found
  const pipeline = settledBy(found, recipe, graph, source)
  if (isProblem(pipeline)) return pipeline
  const normalisation = rulesOf(found, pipeline, source)
  if (isProblem(normalisation)) return normalisation
  warn(found.facts, { source, graph, recipe, pipeline }, watch)
  const settled = {
    entry: asked.entry,
    recipe: asked.recipe.name,
    arguments: asked.arguments,
    instead: asked.instead,
    seed,
    dataset: source.description,
    normalisation,
    split,
    orientation: recipe.orientation,
  }
  const { description: dataset, ending } = source
  const about = { weft: asked.weft, network: graph.network, dataset, ending }
  const text = pipeline === undefined ? undefined : pipelineText(pipeline, about)
  const digests: RunDigests = {
    fields: fieldDigests(settled),
    spec: specDigests(asked.sources),
    recipe: recipeDigest(recipe),
    graph: graphDigest(graph),
    ...(text === undefined ? {} : { pipeline: digestOfText(text) }),
    cases: cases.digests(),
  }
  const description: RunDescription = {
    format: 1,
    weft: asked.weft,
    ...settled,
    data: source.origin,
    digests,
  }
  const texts = { sources: asked.sources, ...(text === undefined ? {} : { pipeline: text }) }
  const failed = createRun(folder, description, texts)
  if (failed !== undefined) return failed
  const run = openRun(folder)
  if (isProblem(run)) return run
  return { run, graph, recipe, ...casesOf(found, run), backend: asked.backend }
}

/** How much of the cases is kept in memory may differ each time. */
type Kept = Pick<NewRun, 'cacheBytes'>

/** Opens a run to go on with. Whatever is said again has to be what it began with. */
export async function resumeRun(
  folder: string,
  backend: ChosenBackend,
  again: Again & Kept,
  watch: Watch,
): Promise<TrainingTask | Problem> {
  const run = openRun(folder)
  if (isProblem(run)) return run
  const { description } = run
  const { digests } = description
  if (digests === undefined) return problem('run-unverified', { path: folder, weft: description.weft })
  const locked = lockProblem(folder)
  if (locked !== undefined) return locked
  const { graph, recipe: written, sources } = run.compile()
  if (graph === undefined || written === undefined)
    return problem('run-damaged', { path: folder, reason: 'its copy of the spec has errors' })
  const recipe = withOverrides(written, description.instead)
  const differs =
    difference(run, { graph, recipe: written }, again) ?? changedSpec(digests, { graph, recipe, sources })
  if (differs !== undefined) return problem('run-differs', { path: folder, ...differs })
  const source = openDataSource(description.data, recipe.orientation)
  if (isProblem(source)) return source
  const tooMuch = memoryProblem(backend.name, trainingBytes(graph, recipe))
  if (tooMuch !== undefined) return tooMuch
  const changed = changedData(description, source)
  if (changed !== undefined) return problem('run-differs', { path: folder, ...changed })
  const { cacheBytes } = again
  const kept = cacheBytes === undefined ? {} : { cacheBytes }
  const planned = { folder, graph, recipe, split: description.split, digests, ...kept }
  const found = await lookThrough(source, planned, watch)
  if (isProblem(found)) return found
  return { run, graph, recipe, ...casesOf(found, run), backend }
}

const withOverrides = (recipe: Recipe, instead: Overrides): Recipe => ({ ...recipe, ...instead })

interface Planned extends Kept {
  readonly folder: string
  /** Of a run that goes on. */
  readonly digests?: RunDigests
  readonly graph: Graph
  readonly recipe: Recipe
  readonly split: Split
}

/** What all cases together show, and the cases themselves for when they are needed. */
interface LookedThrough {
  readonly cases: VerifiedCases
  readonly cache: CaseCache
  readonly memory: TrainingTask['memory']
  /** Of the training cases. */
  readonly facts: readonly CaseFacts[]
  /** What decides how cases are normalised as a whole; empty where they are resampled. */
  readonly foregrounds: readonly (readonly Float32Array[])[]
  /** What settles the pipeline; empty where there is none. */
  readonly findings: readonly CaseFindings[]
}

/** Looks at all headers, then reads every case once, one after the other; the first problem ends it. */
async function lookThrough(
  source: DataSource,
  planned: Planned,
  { onCase }: Watch,
): Promise<LookedThrough | Problem> {
  const { split, folder, digests, recipe } = planned
  const { description } = source
  const memory = await plannedMemory(source, planned)
  if (isProblem(memory)) return memory
  const cases = verifiedCases(source, folder, digests?.cases)
  const cache = openCaseCache(cases, memory.cacheBytes)
  const names = [...split.training, ...split.validation]
  const facts: CaseFacts[] = []
  const foregrounds: (readonly Float32Array[])[] = []
  const findings: CaseFindings[] = []
  const sample = (values: Float32Array): Sample => everyVoxel(values, heldOfCase(split.training.length))
  for (const [at, name] of names.entries()) {
    const one = await cache.read(name)
    if (isProblem(one)) return one
    if (at < split.training.length) {
      facts.push(factsOf(one))
      if (recipe.prepare === undefined) foregrounds.push(foregroundOf(one, description.channels))
      else findings.push(findingsOf(one, one.image.geometry.spacing, description, sample))
    }
    onCase?.(at + 1, names.length)
    // Signals and timers are heard between turns only.
    await new Promise(setImmediate)
  }
  return { cases, cache, memory, facts, foregrounds, findings }
}

/** The pipeline that the training cases settle; undefined where the recipe resamples nothing. */
function settledBy(
  { findings }: Pick<LookedThrough, 'findings'>,
  { prepare: preparation, augment, loss }: Recipe,
  graph: Graph,
  { description }: Pick<DataSource, 'description'>,
): Pipeline | undefined | Problem {
  if (preparation === undefined) return undefined
  const patch = patchOf(graph)
  const isFlipped = augment.some((one) => one.kind === 'flip' && one.chance > 0)
  return settledPipeline({
    preparation,
    channels: description.channels,
    findings,
    patch,
    mirror: isFlipped ? patch.map((_, axis) => axis) : [],
    labelling: labellingFor(description, activationOf(loss)),
  })
}

/** What `run.json` says of each channel; of a pipeline, which says more, the same rules. */
function rulesOf(
  { foregrounds }: LookedThrough,
  pipeline: Pipeline | undefined,
  { description: { channels } }: DataSource,
): readonly ChannelRule[] | Problem {
  if (pipeline === undefined) return normalisationOf(channels, foregrounds)
  return pipeline.normalisation.map((scheme) => (scheme.rule === 'zscore' ? { rule: 'zscore' } : scheme))
}

/** How much memory the cases take and may take, from their headers; a case that fits under no circumstances is a problem. */
async function plannedMemory(
  source: DataSource,
  { graph, recipe, split, cacheBytes }: Planned,
): Promise<TrainingTask['memory'] | Problem> {
  const stepBytes = trainingBytes(graph, recipe)
  const names = [...split.training, ...split.validation]
  const shapes: CaseShape[] = []
  for (const name of names) {
    const shape = await source.inspect(name)
    if (isProblem(shape)) return shape
    shapes.push(shape)
  }
  const pipeline = likelyPipeline(shapes.slice(0, split.training.length), source, recipe, graph)
  const isDrawn = (at: number): boolean => at < split.training.length
  const allBytes = shapes.reduce(
    (sum, shape, at) =>
      sum + caseBytes(isDrawn(at) && pipeline !== undefined ? seenShape(shape, pipeline) : shape),
    0,
  )
  const kept = { what: 'cases that are kept', bytes: Math.min(cacheBytes ?? 0, allBytes) }
  for (const [at, shape] of shapes.entries()) {
    const needs = needsOf(shape, isDrawn(at) ? 'drawn' : 'segmented', { pipeline, stepBytes, graph })
    const tooLarge = caseMemoryProblem(names[at] ?? '', shape, kept.bytes === 0 ? needs : [...needs, kept])
    if (tooLarge !== undefined) return tooLarge
  }
  return { caseBytes: allBytes, cacheBytes: cacheBytes ?? defaultCacheBytes(stepBytes) }
}

const seenShape = (shape: CaseShape, pipeline: Pipeline): CaseShape => ({
  ...shape,
  extents: networkExtents(shape, pipeline),
})

/** The pipeline as far as headers tell it: nothing cropped, and masks in use, which take memory. */
function likelyPipeline(
  shapes: readonly CaseShape[],
  { description }: Pick<DataSource, 'description'>,
  recipe: Recipe,
  graph: Graph,
): Pipeline | undefined {
  if (recipe.prepare === undefined) return undefined
  const normalise = description.channels.map(() => 'zscore_nonzero' as const)
  const findings = shapes.map(({ spacing, extents }) => ({
    geometry: { name: '', spacing, extents, cropped: extents },
    samples: [],
    voxels: [],
  }))
  const likely = settledBy({ findings }, { ...recipe, prepare: { ...recipe.prepare, normalise } }, graph, {
    description,
  })
  if (isProblem(likely)) throw new Error('a z-score needs nothing of the cases')
  return likely
}

function needsOf(
  shape: CaseShape,
  how: 'drawn' | 'segmented',
  {
    pipeline,
    stepBytes,
    graph,
  }: { readonly pipeline: Pipeline | undefined; readonly stepBytes: number; readonly graph: Graph },
): readonly Need[] {
  if (how === 'drawn')
    return pipeline === undefined
      ? drawingNeeds(shape, stepBytes)
      : resamplingNeeds(shape, pipeline, stepBytes)
  const needs =
    pipeline === undefined
      ? segmentingNeeds(graph, shape, {})
      : pipelineDemand(graph, shape, pipeline, 1 - usualOverlap).needs
  return [...needs, labelNeeds(shape)]
}

function casesOf(
  { cache, memory }: LookedThrough,
  { description: { split, normalisation: rules, dataset }, prepared }: RunFolder,
): Pick<TrainingTask, 'training' | 'validation' | 'memory'> {
  return {
    training: split.training.map((name) => ({
      name,
      load: () => cache.prepare(name, { rules, dataset, pipeline: prepared?.pipeline }),
    })),
    validation: split.validation.map((name) => ({ name, load: () => cache.read(name) })),
    memory,
  }
}

interface Warned {
  readonly source: DataSource
  readonly graph: Graph
  readonly recipe: Recipe
  readonly pipeline: Pipeline | undefined
}

function warn(
  cases: readonly CaseFacts[],
  { source, graph, recipe, pipeline }: Warned,
  { onWarning }: Watch,
): void {
  const seen = cases.map(({ geometry, ...rest }) => ({
    ...rest,
    geometry:
      pipeline === undefined ? geometry : { ...geometry, extents: networkExtents(geometry, pipeline) },
  }))
  const padded = paddingNote(seen, patchOf(graph))
  // A recipe that states a spacing has thought of it.
  const spacings = recipe.prepare === undefined && recipe.spacing === undefined ? 'compared' : 'stated'
  const found = [
    ...checkCases(cases, source.description, spacings),
    ...(padded === undefined ? [] : [padded]),
  ]
  for (const one of found) onWarning?.(one)
}
