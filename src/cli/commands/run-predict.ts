// What `weft predict` does. Apart from its options, so that other commands do not load TensorFlow.js.
import { isProblem } from '../../compiler/diagnostics/diagnostic.ts'
import { isPicture } from '../../data/picture.ts'
import { predictRun, type PredictedCase } from '../../node/runs/predict.ts'
import { openRun } from '../../node/runs/run-folder.ts'
import { fail } from '../display.ts'
import { exitCodes, type ExitCode } from '../exit-codes.ts'
import type { Terminal } from '../terminal.ts'
import { backendLine, caseListeners, failedText, inferenceOf, trainedText } from './inference.ts'
import type { InferenceArgs } from './run-options.ts'

export interface PredictArgs extends InferenceArgs {
  readonly input: string
  readonly output: string
}

export async function runPredict(args: PredictArgs, terminal: Terminal): Promise<ExitCode> {
  const run = openRun(args.run)
  if (isProblem(run)) return fail(run, args.run, terminal)
  const inference = await inferenceOf(args)
  if (isProblem(inference)) return fail(inference, args.run, terminal)
  terminal.out(backendLine(inference.backend))
  const { clear, ...listeners } = caseListeners('predicting', args.run, terminal)
  const result = await predictRun(args.run, {
    ...inference,
    ...listeners,
    input: args.input,
    output: args.output,
    onCase: (found) => {
      clear()
      terminal.out(caseLine(found, run.description.dataset.classes))
    },
  })
  clear()
  if (isProblem(result)) return fail(result, args.run, terminal)
  const { cases, failed, trained } = result
  const all = failed.length === 0 ? '' : ` of ${cases.length + failed.length}`
  terminal.out(
    `predicted ${cases.length}${all} case${cases.length === 1 && all === '' ? '' : 's'} by ${trainedText(trained)}\n`,
  )
  terminal.out(failedText(failed))
  return failed.length === 0 ? exitCodes.clean : exitCodes.error
}

/** The file and the volume of each class in it. */
function caseLine({ path, volumes }: PredictedCase, classes: readonly string[]): string {
  // Nothing says how large a pixel is: one counts as a millimetre each way.
  const size = (volume: number): string =>
    isPicture(path) ? `${Math.round(1000 * volume)} pixels` : `${volume.toFixed(2)} ml`
  const found = classes.slice(1).map((name, k) => `${name} ${size(volumes[k + 1] ?? 0)}`)
  return `wrote ${path}  ${found.join(', ')}\n`
}
