// What `weft predict` and `weft evaluate` have in common: the backend, named, the options of the sliding windows, and what is said of cases.
import { isProblem, messageOf, type Problem } from '../../compiler/diagnostics/diagnostic.ts'
import type { FailedCase, InferenceOptions } from '../../node/runs/inference.ts'
import type { TrainedNetwork } from '../../node/runs/trained.ts'
import { chooseBackend, type ChosenBackend } from '../../node/tfjs-backend.ts'
import { commandFindings, showFindings } from '../display.ts'
import { progress } from '../progress.ts'
import type { Terminal } from '../terminal.ts'
import type { InferenceArgs } from './run-options.ts'

export interface Inference extends InferenceOptions {
  readonly backend: ChosenBackend
}

/** Chooses the backend; it is told by `backendLine`. */
export async function inferenceOf(args: InferenceArgs): Promise<Inference | Problem> {
  const backend = await chooseBackend(args.backend)
  const { checkpoint, ema, overlap, mirror } = args
  if (isProblem(backend)) return backend
  return { backend, checkpoint, overlap, mirror, ...(ema === undefined ? {} : { ema }) }
}

/** What people are told while a list of cases is worked through. */
export function caseListeners(
  label: string,
  run: string,
  terminal: Terminal,
): Required<Pick<InferenceOptions, 'onWarning' | 'onFailure' | 'onProgress'>> & { clear(): void } {
  const line = progress(label, terminal)
  const tell = (found: Problem): void => {
    line.clear()
    showFindings([commandFindings(found, run)], terminal)
  }
  return {
    onWarning: tell,
    onFailure: ({ problem: found }) => tell(found),
    onProgress: ({ name, number, cases, window, windows, share }) =>
      line.show(share, 1, `${name}, case ${number} of ${cases}, window ${window} of ${windows}`),
    clear: () => line.clear(),
  }
}

/** At the end: what was not done, each with its reason. */
export function failedText(failed: readonly FailedCase[]): string {
  const rows = failed.map(({ name, problem: found }) => `  ${name}: ${messageOf(found)}\n`)
  return failed.length === 0 ? '' : `failed: ${counted(failed.length)}\n${rows.join('')}`
}

const counted = (cases: number): string => `${cases} case${cases === 1 ? '' : 's'}`

export const backendLine = ({ name, description, reason }: ChosenBackend): string =>
  `backend ${name}: ${description}; ${reason}\n`

/** `Sparse, last checkpoint (step 1000)`. */
export const trainedText = ({ graph, which, checkpoint, isAverage }: TrainedNetwork): string =>
  `${graph.network}, ${which} checkpoint${isAverage ? ', averaged' : ''} (step ${checkpoint.progress.step})`
