// What `weft predict` and `weft evaluate` have in common: the backend, named, and the options of the sliding windows.
import { isProblem, type Problem } from '../../compiler/diagnostics/diagnostic.ts'
import type { InferenceOptions } from '../../node/runs/inference.ts'
import type { TrainedNetwork } from '../../node/runs/trained.ts'
import { chooseBackend, type ChosenBackend } from '../../node/tfjs-backend.ts'
import type { InferenceArgs } from './run-options.ts'

export interface Inference extends InferenceOptions {
  readonly backend: ChosenBackend
}

/** Chooses the backend; it is told by `backendLine`. */
export async function inferenceOf(args: InferenceArgs): Promise<Inference | Problem> {
  const backend = await chooseBackend(args.backend)
  const { checkpoint, ema, overlap, mirror } = args
  if (isProblem(backend)) return backend
  return {
    backend,
    overlap,
    ...(checkpoint === undefined ? {} : { checkpoint }),
    ...(mirror === undefined ? {} : { mirror }),
    ...(ema === undefined ? {} : { ema }),
  }
}

export const backendLine = ({ name, description, reason }: ChosenBackend): string =>
  `backend ${name}: ${description}; ${reason}\n`

/** `Sparse, last checkpoint (step 1000)`. */
export const trainedText = ({ graph, which, checkpoint, isAverage }: TrainedNetwork): string =>
  `${graph.network}, ${which} checkpoint${isAverage ? ', averaged' : ''} (step ${checkpoint.progress.step})`
