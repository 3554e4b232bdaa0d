// What predicting and evaluating have in common: the trained network on a backend, and a list of cases that is worked through. All headers
// are looked at before the first window; a case that fails keeps no other from being done.
import { createModel, type TfjsModel } from '../../backends/tfjs/model.ts'
import { inferenceMemory } from '../../compiler/analysis/memory.ts'
import { isProblem, type Problem } from '../../compiler/diagnostics/diagnostic.ts'
import type { CaseShape } from '../../data/case.ts'
import { remarkWarnings, type FileRemark } from '../../data/remarks.ts'
import { windowCount } from '../../data/sliding-window.ts'
import { memoryProblem, type ChosenBackend } from '../tfjs-backend.ts'
import { caseMemoryProblem, segmentingNeeds, type Need } from './case-memory.ts'
import type { WhichCheckpoint } from './run-folder.ts'
import type { Segmenter, SegmentOptions } from './segment.ts'
import { patchOf } from './task.ts'
import type { TrainedNetwork } from './trained.ts'

export interface InferenceOptions {
  /** The current backend, as `chooseBackend` gives it. */
  readonly backend: Pick<ChosenBackend, 'name'>
  /** `last` unless given. */
  readonly checkpoint?: WhichCheckpoint
  /** The averages of its weights in their place; unless given, what the run is validated by. */
  readonly ema?: boolean
  /** Share of a window that its neighbour sees too; 0.5 unless given. */
  readonly overlap?: number
  /** Averages over the mirror images along all axes. */
  readonly mirror?: boolean
  /** Told what does not keep the cases from being worked on: files that belong to none, headers that leave something open. */
  onWarning?(found: Problem): void
  /** Told of each case that cannot be worked on, as soon as that is known. */
  onFailure?(failed: FailedCase): void
  /** Told when a case is begun and after each window. */
  onProgress?(progress: CaseProgress): void
}

export interface FailedCase {
  readonly name: string
  readonly problem: Problem
}

/** Where work on a list of cases stands. */
export interface CaseProgress {
  readonly name: string
  /** Of the cases that can be read, counted from 1. */
  readonly number: number
  readonly cases: number
  /** Windows of the case that are done. */
  readonly window: number
  readonly windows: number
  /** Of the windows of all cases. */
  readonly share: number
}

export interface OpenedSegmenter {
  readonly segmenter: Segmenter
  readonly windows: SegmentOptions
  /** The caller's to dispose. */
  readonly model: TfjsModel
}

/** The trained network on the current backend, with how volumes are cut into windows. */
export function openSegmenter(
  { run, graph, activation, checkpoint }: TrainedNetwork,
  { backend, overlap, mirror = false }: InferenceOptions,
): OpenedSegmenter | Problem {
  const tooMuch = memoryProblem(backend.name, inferenceMemory(graph, 1).totalBytes ?? 0)
  if (tooMuch !== undefined) return tooMuch
  const model = createModel(graph, checkpoint.weights, { backend: backend.name })
  if (isProblem(model)) return model
  const windows = {
    ...(overlap === undefined ? {} : { overlap }),
    ...(mirror ? { mirror: patchOf(graph).map((_, axis) => axis) } : {}),
  }
  const { normalisation: rules, dataset } = run.description
  return { segmenter: { graph, model, rules, dataset, activation }, windows, model }
}

// ---------------------------------------------------------------- a list of cases

interface CaseList {
  readonly names: readonly string[]
  inspect(name: string): Promise<CaseShape | Problem>
  /** Memory that a case takes besides being segmented. */
  besides?(shape: CaseShape): readonly Need[]
}

interface Planned {
  readonly name: string
  readonly windows: number
}

/** Told while a case is worked on. */
export interface CaseWatch {
  onWindow(done: number): void
  /** What its files leave open; what headers show is known before. */
  onRemarks(found: readonly FileRemark[]): void
}

/** Works through the cases one after the other; gives what was made of them, and those that failed, in their order. */
export async function workThrough<T>(
  list: CaseList,
  opened: OpenedSegmenter,
  { onFailure, onProgress, onWarning }: Pick<InferenceOptions, 'onFailure' | 'onProgress' | 'onWarning'>,
  work: (name: string, watch: CaseWatch) => Promise<T | Problem>,
): Promise<{ readonly done: readonly T[]; readonly failed: readonly FailedCase[] }> {
  const failed: FailedCase[] = []
  const fail = (one: FailedCase): void => {
    failed.push(one)
    onFailure?.(one)
  }
  const { planned, remarks } = await plan(list, opened, fail)
  for (const one of remarkWarnings(remarks)) onWarning?.(one)
  const all = planned.reduce((sum, { windows }) => sum + windows, 0)
  const done: T[] = []
  let before = 0
  const late: FileRemark[] = []
  const onRemarks = (found: readonly FileRemark[]): void =>
    void late.push(...found.filter(({ kind }) => kind === 'bytes-beyond'))
  for (const [at, { name, windows }] of planned.entries()) {
    const begun = before
    const onWindow = (window: number): void => {
      const share = (begun + window) / all
      onProgress?.({ name, number: at + 1, cases: planned.length, window, windows, share })
    }
    onWindow(0)
    const found = await work(name, { onWindow, onRemarks })
    if (isProblem(found)) fail({ name, problem: found })
    else done.push(found)
    before += windows
    // Signals and timers are heard between turns only.
    await new Promise(setImmediate)
  }
  for (const one of remarkWarnings(late)) onWarning?.(one)
  const order = new Map(list.names.map((name, at) => [name, at]))
  const place = ({ name }: FailedCase): number => order.get(name) ?? 0
  return { done, failed: failed.toSorted((a, b) => place(a) - place(b)) }
}

/** Looks at the headers of all cases. */
async function plan(
  { names, inspect, besides }: CaseList,
  { segmenter: { graph }, windows }: OpenedSegmenter,
  fail: (failed: FailedCase) => void,
): Promise<{ readonly planned: readonly Planned[]; readonly remarks: readonly FileRemark[] }> {
  const tooLarge = (name: string, shape: CaseShape): Problem | undefined =>
    caseMemoryProblem(name, shape, [...segmentingNeeds(graph, shape, windows), ...(besides?.(shape) ?? [])])
  const planned: Planned[] = []
  const remarks: FileRemark[] = []
  for (const name of names) {
    const shape = await inspect(name)
    const found = isProblem(shape) ? shape : (tooLarge(name, shape) ?? shape)
    if (isProblem(found)) {
      fail({ name, problem: found })
      continue
    }
    remarks.push(...(found.remarks ?? []))
    planned.push({ name, windows: windowCount(found.extents, patchOf(graph), windows.overlap) })
  }
  return { planned, remarks }
}
