// What `weft predict` does. Apart from its options, so that other commands do not load TensorFlow.js.
import { isProblem, problem } from '../../compiler/diagnostics/diagnostic.ts'
import { isResultsFolder } from '../../node/models/results-folder.ts'
import { isRunFolder } from '../../node/runs/is-run-folder.ts'
import { predictRun } from '../../node/runs/predict.ts'
import { openRun } from '../../node/runs/run-folder.ts'
import { fail } from '../display.ts'
import { exitCodes, type ExitCode } from '../exit-codes.ts'
import type { Terminal } from '../terminal.ts'
import { caseListeners, failedText } from './case-listeners.ts'
import { backendLine, inferenceOf, trainedText } from './inference.ts'
import { caseLine, type PredictArgs } from './predict-args.ts'

/** Of what only an imported model has. */
const optionsOfModels = ['reference', 'threads', 'probabilities', 'resume'] as const

export async function runPredict(args: PredictArgs, terminal: Terminal): Promise<ExitCode> {
  if (!isRunFolder(args.run))
    return fail(
      problem('predictor-missing', { path: args.run, isResults: isResultsFolder(args.run) }),
      args.run,
      terminal,
    )
  const run = openRun(args.run)
  if (isProblem(run)) return fail(run, args.run, terminal)
  const foreign = optionsOfModels.find((name) => args[name] !== undefined)
  if (foreign !== undefined) {
    const reason = 'it is for models that `weft import model` wrote'
    return fail(
      problem('option-of-run', { option: `--${foreign}`, path: args.run, reason, takesSpecs: false }),
      args.run,
      terminal,
    )
  }
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
