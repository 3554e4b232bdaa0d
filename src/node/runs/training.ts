// A training run from its spec to its last checkpoint: what `weft train` does, as a library.
import { join } from 'node:path'
import { averagePrefix } from '../../backends/tfjs/training/average.ts'
import { createModel, type TfjsModel } from '../../backends/tfjs/model.ts'
import { createTrainer, type StepResult, type Trainer } from '../../backends/tfjs/training/trainer.ts'
import { isProblem, messageOf, problem, type Problem } from '../../compiler/diagnostics/diagnostic.ts'
import { activationOf } from '../../compiler/semantics/declarations/losses.ts'
import type { EpochRecord, HistoryRecord } from '../../data/history.ts'
import { targetsOf } from '../../data/targets.ts'
import { drawBatch } from '../../data/sampling.ts'
import { initialise } from '../../weights/initialise.ts'
import { ownOutput } from '../inputs.ts'
import { writeCheckpoint, type CheckpointToWrite, type Progress } from './checkpoint.ts'
import { appendRecords } from './history-file.ts'
import { beginAnew, restoreRun, runDigest, saveCheckpoint } from './kept-checkpoints.ts'
import { lockRun } from './lock.ts'
import { writeRunPage } from './page.ts'
import { checkpointFiles, historyFile } from './run-folder.ts'
import { patchOf } from '../image-network.ts'
import type { TrainingTask } from './task.ts'
import { validate, type Validation, type ValidationOptions } from './validation.ts'

export interface TrainingOptions extends ValidationOptions {
  /** Goes on from the last checkpoint; a run that was stopped before its first one begins again. */
  readonly resume: boolean
  /** Steps between checkpoints. */
  readonly checkpointEvery: number
  /** Validation cases after each epoch; the last epoch takes all. */
  readonly validationCases: number
  /** Told what could not be used of the run's files, and what takes its place. */
  onWarning?(found: Problem): void
  onStart?(step: number, steps: number): void
  onStep?(result: StepResult, seconds: number): void
  onEpoch?(record: EpochRecord): void
}

export interface TrainingResult {
  readonly finished: boolean
  readonly step: number
  readonly last?: EpochRecord
  readonly progress: Progress
}

interface Session {
  readonly task: TrainingTask
  readonly options: TrainingOptions
  readonly model: TfjsModel
  readonly trainer: Trainer
  readonly records: HistoryRecord[]
  readonly notes: readonly Problem[]
  readonly totalSteps: number
  progress: Progress
  /** Wall seconds spent on this run by earlier processes, and when this one began. */
  readonly before: number
  readonly begun: number
  validation?: Validation
}

/**
 * Trains until the recipe is done or the signal asks to stop. Whatever ends it, the last checkpoint stays whole. One process trains in a
 * folder at a time.
 */
export async function train(task: TrainingTask, options: TrainingOptions): Promise<TrainingResult | Problem> {
  // Its files are read to be written anew.
  ownOutput(task.run.folder)
  const lock = lockRun(task.run.folder)
  if (isProblem(lock)) return lock
  try {
    const opened = openSession(task, options)
    return isProblem(opened) ? opened : await trainOpened(opened)
  } finally {
    lock.release()
  }
}

async function trainOpened(session: Session): Promise<TrainingResult | Problem> {
  try {
    return await proceed(session)
  } finally {
    session.trainer.dispose()
    session.model.dispose()
  }
}

const nowhere: Progress = { step: 0, bestDice: null, bestEpoch: null }

function openSession(task: TrainingTask, options: TrainingOptions): Session | Problem {
  const { run, graph, recipe, backend } = task
  const { seed } = run.description
  const totalSteps = recipe.steps * recipe.epochs
  const restored = options.resume ? restoreRun(run, graph, totalSteps) : beginAnew(run)
  if (isProblem(restored)) return restored
  const { checkpoint, records, notes } = restored
  for (const note of notes) options.onWarning?.(note)
  const model = createModel(graph, checkpoint?.weights ?? initialise(graph, seed), { backend: backend.name })
  if (isProblem(model)) return model
  const targets = targetsOf(run.description.dataset, activationOf(recipe.loss))
  const trainer = createTrainer({ model, graph, recipe, targets, seed, totalSteps })
  const [unfit] = checkpoint === undefined ? [] : trainer.restore(checkpoint.state)
  if (unfit !== undefined) {
    trainer.dispose()
    model.dispose()
    const path = join(run.folder, checkpointFiles.last)
    return problem('run-damaged', { path, reason: `its ${unfit} is missing or of another shape` })
  }
  return {
    task,
    options,
    model,
    trainer,
    records,
    notes,
    totalSteps,
    progress: checkpoint?.progress ?? nowhere,
    before: secondsOf(records),
    begun: performance.now(),
  }
}

/** Steps know how long they took; what an interrupted epoch spent besides is forgotten. */
function secondsOf(records: readonly HistoryRecord[]): number {
  let epoch = 0
  let since = 0
  for (const record of records) {
    if (record.kind === 'step') since += record.seconds
    if (record.kind !== 'epoch') continue
    epoch = record.elapsedSeconds
    since = 0
  }
  return epoch + since
}

async function proceed(session: Session): Promise<TrainingResult | Problem> {
  const { task, trainer, options, totalSteps, records, notes } = session
  const { backend } = task
  // Nothing is left to do, and nothing is written.
  if (isDone(session)) return resultOf(session)
  const begun = record(session, {
    kind: 'start',
    step: trainer.steps,
    backend: backend.description,
    time: new Date().toISOString(),
    ...(notes.length === 0 ? {} : { notes: notes.map(messageOf) }),
  })
  if (begun !== undefined) return begun
  const isKnown = records.some((one) => one.kind === 'topology')
  const topology = isKnown ? undefined : trainer.topology()
  const drawn = topology === undefined ? undefined : record(session, topology)
  if (drawn !== undefined) return drawn
  options.onStart?.(trainer.steps, totalSteps)
  if (isEpochOpen(session)) {
    const failed = await endEpoch(session)
    if (failed !== undefined) return failed
  }
  while (trainer.steps < totalSteps && !isStopped(options)) {
    const failed = await advance(session)
    if (failed !== undefined) return failed
  }
  const finished = isDone(session)
  const failed = finished ? undefined : save(session)
  if (failed !== undefined) return failed
  return writeRunPage(task, records, session, finished ? 'finished' : 'interrupted') ?? resultOf(session)
}

/** The steps of an epoch are taken, and it is not validated yet. */
function isEpochOpen({ task, trainer: { steps }, records }: Session): boolean {
  const isEnd = steps > 0 && steps % task.recipe.steps === 0
  return isEnd && !records.some((one) => one.kind === 'epoch' && one.step === steps)
}

const isDone = (session: Session): boolean =>
  session.trainer.steps >= session.totalSteps && !isEpochOpen(session)

function resultOf(session: Session): TrainingResult {
  const last = session.records.findLast((one) => one.kind === 'epoch')
  return {
    finished: isDone(session),
    step: session.trainer.steps,
    progress: session.progress,
    ...(last === undefined ? {} : { last }),
  }
}

const isStopped = ({ signal }: TrainingOptions): boolean => signal?.aborted === true

/** One step, and what comes due after it. */
async function advance(session: Session): Promise<Problem | undefined> {
  const { task, trainer, options } = session
  const { recipe, graph, run } = task
  const begin = performance.now()
  const batch = await drawBatch({
    cases: task.training,
    channels: run.description.dataset.channels.length,
    patch: patchOf(graph),
    batch: recipe.batch,
    seed: run.description.seed,
    step: trainer.steps + 1,
    foreground: recipe.foreground,
    augment: recipe.augment,
  })
  if (isProblem(batch)) return saveBefore(session, batch)
  const result = await trainer.step(batch)
  if (isProblem(result)) return saveBefore(session, result)
  const seconds = (performance.now() - begin) / 1000
  const { step, epoch, loss, learningRate, gradientNorm, topology } = result
  const failed = record(
    session,
    { kind: 'step', step, epoch, loss, learningRate, gradientNorm, seconds },
    ...(topology === undefined ? [] : [topology]),
  )
  if (failed !== undefined) return failed
  options.onStep?.(result, seconds)
  // Signals and timers are heard between turns only.
  await new Promise(setImmediate)
  if (step % recipe.steps === 0) return endEpoch(session)
  return step % options.checkpointEvery === 0 ? save(session) : undefined
}

/** A step that diverged, or whose cases could not be read, changed nothing: what was reached before it is kept. */
function saveBefore(session: Session, found: Problem): Problem {
  return save(session) ?? writeRunPage(session.task, session.records, session, 'interrupted') ?? found
}

function record(session: Session, ...records: readonly HistoryRecord[]): Problem | undefined {
  session.records.push(...records)
  return appendRecords(join(session.task.run.folder, historyFile), records)
}

/** Validates, keeps the weights where they are the best so far, writes the checkpoint and the page. */
async function endEpoch(session: Session): Promise<Problem | undefined> {
  const { task, trainer, options, records, model } = session
  const step = trainer.steps
  const epoch = step / task.recipe.steps
  const isLast = step === session.totalSteps
  const count = isLast ? Infinity : options.validationCases
  const { dataset, normalisation: rules } = task.run.description
  const validating = { ...task, dataset, rules, pipeline: task.run.prepared?.pipeline }
  const validated = (): ReturnType<typeof validate> => validate(validating, model, count, options)
  const validation = await (task.recipe.validate === 'ema' ? trainer.withAverage(validated) : validated())
  // Stopped within: the epoch is validated when the run goes on.
  if (validation === undefined) return undefined
  if (isProblem(validation)) return saveBefore(session, validation)
  session.validation = validation
  const losses = records.flatMap((one) => (one.kind === 'step' && one.epoch === epoch ? [one.loss] : []))
  const { dice, meanDice, cases } = validation
  const elapsedSeconds = session.before + (performance.now() - session.begun) / 1000
  const ended: EpochRecord = {
    kind: 'epoch',
    epoch,
    step,
    loss: losses.reduce((sum, loss) => sum + loss, 0) / Math.max(1, losses.length),
    dice,
    meanDice,
    cases,
    elapsedSeconds,
  }
  const isBest = meanDice !== null && meanDice > (session.progress.bestDice ?? -1)
  if (isBest) session.progress = { step, bestDice: meanDice, bestEpoch: epoch }
  const failed = record(session, ended) ?? (isBest ? saveBest(session) : undefined) ?? save(session)
  if (failed !== undefined) return failed
  options.onEpoch?.(ended)
  return isLast ? undefined : writeRunPage(task, records, session, 'running')
}

function save(session: Session): Problem | undefined {
  session.progress = { ...session.progress, step: session.trainer.steps }
  const { run } = session.task
  return saveCheckpoint(run.folder, { ...learned(session), state: session.trainer.state() })
}

/** The weights, and their average where there is one. */
function saveBest(session: Session): Problem | undefined {
  const { json, tensors } = session.trainer.state()
  const averages = new Map([...tensors].filter(([name]) => name.startsWith(averagePrefix)))
  const state = averages.size === 0 ? {} : { state: { json, tensors: averages } }
  const path = join(session.task.run.folder, checkpointFiles.best)
  return writeCheckpoint(path, { ...learned(session), ...state })
}

const learned = ({ task, model, progress }: Session): CheckpointToWrite => ({
  graph: task.graph,
  weights: model.weights(),
  progress,
  run: runDigest(task.run),
})
