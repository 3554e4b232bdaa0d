// What predicting and evaluating have in common: the trained network on a backend of TensorFlow.js.
import { createModel, type TfjsModel } from '../../backends/tfjs/model.ts'
import { inferenceMemory } from '../../compiler/analysis/memory.ts'
import { isProblem, type Problem } from '../../compiler/diagnostics/diagnostic.ts'
import type { CaseShape } from '../../data/case.ts'
import { windowCount } from '../../data/sliding-window.ts'
import { memoryProblem, type ChosenBackend } from '../tfjs-backend.ts'
import { patchOf } from '../image-network.ts'
import type { CaseDemand, CaseListeners } from './case-list.ts'
import { pipelineDemand, segmentingNeeds, type Need } from './case-memory.ts'
import type { WhichCheckpoint } from './run-folder.ts'
import { usualOverlap, type Segmenter, type SegmentOptions } from './segment.ts'
import type { TrainedNetwork } from './trained.ts'

export interface InferenceOptions extends CaseListeners {
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
  const pipeline = run.prepared?.pipeline
  return { segmenter: { graph, model, rules, pipeline, dataset, activation }, windows, model }
}

/** Windows and memory that a case takes, with what it takes besides being segmented. */
export function segmentingDemand(
  { segmenter: { graph, pipeline }, windows }: OpenedSegmenter,
  shape: CaseShape,
  besides: readonly Need[] = [],
): CaseDemand {
  if (pipeline !== undefined) {
    const { tiles, needs } = pipelineDemand(graph, shape, pipeline, 1 - (windows.overlap ?? usualOverlap))
    return { windows: tiles, needs: [...needs, ...besides] }
  }
  return {
    windows: windowCount(shape.extents, patchOf(graph), windows.overlap),
    needs: [...segmentingNeeds(graph, shape, windows), ...besides],
  }
}
