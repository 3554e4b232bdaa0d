// Options shared by the commands that compute in TensorFlow.js.
import type { Argv } from 'yargs'
import type { BackendName } from '../../backends/tfjs/operands.ts'
import type { WhichCheckpoint } from '../../node/runs/run-folder.ts'

/** Adds `--backend`. */
export function withBackend<T>(yargs: Argv<T>): Argv<T & { readonly backend: BackendName | undefined }> {
  return yargs.option('backend', {
    describe:
      'what computes: native TensorFlow, WebAssembly or plain JavaScript; by default the first that works here',
    choices: ['tensorflow', 'wasm', 'cpu'] as const,
    requiresArg: true,
  })
}

/** What `--ema` is in every command. */
export const emaOption = {
  describe: 'averages of the weights in their place; by default where the run is validated by them',
  type: 'boolean',
} as const

/** Adds `--checkpoint --ema`. */
export function withCheckpoint<T>(
  yargs: Argv<T>,
): Argv<T & { readonly checkpoint: WhichCheckpoint | undefined; readonly ema: boolean | undefined }> {
  return yargs
    .option('checkpoint', {
      describe:
        'weights of the last step, of the checkpoint before it, or of the epoch with the best mean Dice; the last unless given',
      choices: ['last', 'previous', 'best'] as const,
      requiresArg: true,
    })
    .option('ema', emaOption)
}

export interface InferenceArgs {
  readonly run: string
  readonly backend: BackendName | undefined
  readonly checkpoint: WhichCheckpoint | undefined
  readonly ema: boolean | undefined
  readonly overlap: number
  /** Undefined where neither `--mirror` nor `--no-mirror` is given. */
  readonly mirror: boolean | undefined
}

/** What `<run>` and `--mirror` are, where they may be about something else than a run. */
export interface InferenceTexts {
  readonly run: string
  readonly mirror: string
}

const ofRuns: InferenceTexts = {
  run: 'the folder that `weft train` wrote',
  mirror: 'average over the mirror images along all axes: 8 times the work for a volume',
}

/** Adds `<run> --backend --checkpoint --overlap --mirror`. */
export function withInference<T>(yargs: Argv<T>, texts = ofRuns): Argv<T & InferenceArgs> {
  return withCheckpoint(withBackend(yargs))
    .positional('run', {
      describe: texts.run,
      type: 'string',
      demandOption: true,
    })
    .option('overlap', {
      describe: 'share of a window that its neighbour sees too',
      type: 'number',
      default: 0.5,
      requiresArg: true,
    })
    .option('mirror', {
      describe: texts.mirror,
      type: 'boolean',
    })
    .check(({ overlap }) => (overlap >= 0 && overlap < 1) || '--overlap takes a share from 0 to below 1')
}
