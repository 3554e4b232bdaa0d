// How well a trained network segments labelled cases: what `weft evaluate` does, as a library.
import { isProblem, problem, type Problem } from '../../compiler/diagnostics/diagnostic.ts'
import type { CaseShape, LabelledCase } from '../../data/case.ts'
import {
  countClasses,
  dice,
  meanOfKnown,
  surfaceDistances,
  volumesOf,
  type SurfaceDistances,
} from '../../data/metrics.ts'
import { labelsOfClasses, type Labelling } from '../../data/targets.ts'
import { workThrough, type CaseDemand, type FailedCase, type Worked } from './case-list.ts'
import { distanceNeeds, labelNeeds } from './case-memory.ts'
import { openDataSource, type DataSource } from './data-source.ts'
import { openSegmenter, segmentingDemand, type InferenceOptions, type OpenedSegmenter } from './inference.ts'
import { segment, type SegmentOptions } from './segment.ts'
import { taskProblem } from './misfit.ts'
import { openTrained, type TrainedNetwork } from './trained.ts'

export type WhichCases = 'validation' | 'training' | 'all'

export interface EvaluateOptions extends InferenceOptions {
  /** A dataset's folder or `phantom:…`; the run's own unless given. */
  readonly data?: string
  /** Of the run's own split; `validation` unless given, or `all` of other data. */
  readonly cases?: WhichCases
  /** Of surface Dice, in millimetres; 1 unless given. */
  readonly tolerance?: number
  onCase?(scores: CaseScores): void
}

/** Of one class in one case, or means of them. What has no value is null and left out of means. */
export interface ClassScores extends SurfaceDistances {
  readonly dice: number | null
}

export interface CaseClassScores extends ClassScores {
  /** Millilitres. */
  readonly volumes: { readonly predicted: number; readonly reference: number }
}

export interface CaseScores {
  readonly case: string
  /** Of the foreground classes, in their order. */
  readonly classes: readonly CaseClassScores[]
}

export interface Evaluation {
  readonly trained: TrainedNetwork
  /** `phantom:…` or the dataset's folder. */
  readonly data: string
  readonly dataset: string
  readonly which: WhichCases
  /** Millimetres. */
  readonly tolerance: number
  /** Names of the foreground classes. */
  readonly classes: readonly string[]
  readonly cases: readonly CaseScores[]
  /** Those that could not be evaluated, and why; no number counts them. */
  readonly failed: readonly FailedCase[]
  /** Of each foreground class, the mean over the cases where it has a value. */
  readonly means: readonly ClassScores[]
  /** Of the classes' means. */
  readonly mean: ClassScores
}

const defaultTolerance = 1

/** Segments the cases one after the other and compares with their labels. */
export async function evaluateRun(folder: string, options: EvaluateOptions): Promise<Evaluation | Problem> {
  const trained = openTrained(folder, options.checkpoint, options.ema)
  if (isProblem(trained)) return trained
  const { run, graph, activation } = trained
  const source = openDataSource(options.data ?? run.description.data, run.description.orientation)
  if (isProblem(source)) return source
  const misfit =
    taskProblem(graph, source.description, activation) ?? otherRegions(trained, source.description)
  if (misfit !== undefined) return misfit
  const chosen = chooseCases(trained, source, options.cases)
  if (isProblem(chosen)) return chosen
  if (source.ignored !== undefined) options.onWarning?.(source.ignored)
  const opened = openSegmenter(trained, options)
  if (isProblem(opened)) return opened
  const tolerance = options.tolerance ?? defaultTolerance
  try {
    const { done: cases, failed } = await scoreAll(source, chosen.names, opened, { ...options, tolerance })
    const classes = source.description.classes.slice(1)
    const means = classes.map((_, k) => meanScores(cases.flatMap((one) => one.classes.slice(k, k + 1))))
    return {
      trained,
      data: source.origin,
      dataset: source.description.name,
      which: chosen.which,
      tolerance,
      classes,
      cases,
      failed,
      means,
      mean: meanScores(means),
    }
  } finally {
    opened.model.dispose()
  }
}

/** Other data may have other names, not other regions: by which labels they are written was settled when it was trained. */
function otherRegions(
  { run: { folder, description } }: TrainedNetwork,
  { regions }: Labelling,
): Problem | undefined {
  const [trained, asked] = [description.dataset.regions, regions].map((one) => JSON.stringify(one ?? []))
  return trained === asked ? undefined : problem('regions-differ', { path: folder })
}

/** The names of the cases that are asked for. Other data than the run's own have no split. */
function chooseCases(
  { run: { folder, description } }: TrainedNetwork,
  { origin, cases }: DataSource,
  wanted: WhichCases | undefined,
): { readonly which: WhichCases; readonly names: readonly string[] } | Problem {
  const isOwn = origin === description.data
  const which = wanted ?? (isOwn ? 'validation' : 'all')
  if (which === 'all') return { which, names: cases }
  if (!isOwn)
    return problem('cases-absent', { path: folder, which, reason: `it was not trained on ${origin}` })
  const names = description.split[which]
  return names.length === 0
    ? problem('cases-absent', { path: folder, which, reason: 'none were set aside' })
    : { which, names }
}

type ScoreOptions = EvaluateOptions & { readonly tolerance: number }

function scoreAll(
  source: DataSource,
  names: readonly string[],
  opened: OpenedSegmenter,
  options: ScoreOptions,
): Promise<Worked<CaseScores>> {
  const { tolerance } = options
  const demand = (shape: CaseShape): CaseDemand =>
    segmentingDemand(opened, shape, [labelNeeds(shape), distanceNeeds(shape)])
  return workThrough(
    { names, inspect: source.inspect, demand },
    options,
    async (name, { onWindow, onRemarks }) => {
      const found = await source.readCase(name)
      if (isProblem(found)) return found
      onRemarks(found.remarks ?? [])
      const scores = await scoreCase(found, source.description, opened, {
        tolerance,
        onWindow,
      })
      if (!isProblem(scores)) options.onCase?.(scores)
      return scores
    },
  )
}

async function scoreCase(
  { name, image, labels }: LabelledCase,
  dataset: Labelling,
  { segmenter, windows }: OpenedSegmenter,
  { tolerance, onWindow }: Required<Pick<SegmentOptions, 'onWindow'>> & { readonly tolerance: number },
): Promise<CaseScores | Problem> {
  const { geometry } = labels
  const data = await segment({ name, image }, segmenter, { ...windows, onWindow })
  if (isProblem(data)) return data
  const predicted = { geometry, data }
  const counts = countClasses(predicted.data, labels.data, dataset)
  // A border of what is labelled is no surface of a class.
  const isWhole = dataset.ignore === undefined || !labels.data.includes(dataset.ignore)
  const scores = counts.map((one, k): CaseClassScores => ({
    dice: dice(one),
    ...(isWhole
      ? surfaceDistances(predicted, labels, labelsOfClasses(dataset)[k] ?? [], tolerance)
      : { hausdorff95: null, surfaceDice: null }),
    volumes: volumesOf(one, geometry),
  }))
  return { case: name, classes: scores }
}

const meanScores = (scores: readonly ClassScores[]): ClassScores => ({
  dice: meanOfKnown(scores.map((one) => one.dice)),
  hausdorff95: meanOfKnown(scores.map((one) => one.hausdorff95)),
  surfaceDice: meanOfKnown(scores.map((one) => one.surfaceDice)),
})
