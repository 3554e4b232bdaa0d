// What `weft predict` does. Apart from its options, so that other commands do not load TensorFlow.js.
import { isProblem } from '../../compiler/diagnostics/diagnostic.ts'
import { predictRun, type PredictedCase } from '../../node/runs/predict.ts'
import { openRun } from '../../node/runs/run-folder.ts'
import { fail } from '../display.ts'
import { exitCodes, type ExitCode } from '../exit-codes.ts'
import { progress } from '../progress.ts'
import type { Terminal } from '../terminal.ts'
import { backendLine, inferenceOf, trainedText } from './inference.ts'
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
  const line = progress('predicting', terminal)
  const result = await predictRun(args.run, {
    ...inference,
    input: args.input,
    output: args.output,
    onProgress: (done, all) => line.show(done, all),
    onCase: (found) => {
      line.clear()
      terminal.out(caseLine(found, run.description.dataset.classes))
    },
  })
  line.clear()
  if (isProblem(result)) return fail(result, args.run, terminal)
  const count = result.cases.length
  terminal.out(`predicted ${count} case${count === 1 ? '' : 's'} by ${trainedText(result.trained)}\n`)
  return exitCodes.clean
}

/** The file and the volume of each class in it. */
function caseLine({ path, volumes }: PredictedCase, classes: readonly string[]): string {
  const found = classes.slice(1).map((name, k) => `${name} ${(volumes[k + 1] ?? 0).toFixed(2)} ml`)
  return `wrote ${path}  ${found.join(', ')}\n`
}
