// What `weft evaluate` does. Apart from its options, so that other commands do not load TensorFlow.js.
import { isProblem, messageOf } from '../../compiler/diagnostics/diagnostic.ts'
import { evaluateRun, type Evaluation, type WhichCases } from '../../node/runs/evaluate.ts'
import { openRun } from '../../node/runs/run-folder.ts'
import { fail } from '../display.ts'
import { exitCodes, type ExitCode } from '../exit-codes.ts'
import type { Terminal } from '../terminal.ts'
import { evaluationText } from './evaluate-text.ts'
import { caseListeners, failedText } from './case-listeners.ts'
import { backendLine, inferenceOf, trainedText, type Inference } from './inference.ts'
import type { InferenceArgs } from './run-options.ts'

export interface EvaluateArgs extends InferenceArgs {
  readonly data: string | undefined
  readonly cases: WhichCases | undefined
  readonly tolerance: number
  readonly 'per-case': boolean
  readonly json: boolean
}

export async function runEvaluate(args: EvaluateArgs, terminal: Terminal): Promise<ExitCode> {
  const run = openRun(args.run)
  if (isProblem(run)) return fail(run, args.run, terminal)
  const inference = await inferenceOf(args)
  if (isProblem(inference)) return fail(inference, args.run, terminal)
  if (!args.json) terminal.out(backendLine(inference.backend))
  const { clear, ...listeners } = caseListeners('evaluating', args.run, terminal)
  const { data, cases, tolerance } = args
  const result = await evaluateRun(args.run, {
    ...inference,
    ...listeners,
    tolerance,
    ...(data === undefined ? {} : { data }),
    ...(cases === undefined ? {} : { cases }),
  })
  clear()
  if (isProblem(result)) return fail(result, args.run, terminal)
  if (args.json) terminal.document(documentOf(result, args, inference))
  else terminal.out(`${text(result, args, terminal)}${failedText(result.failed)}`)
  return result.failed.length === 0 ? exitCodes.clean : exitCodes.error
}

function text(result: Evaluation, args: EvaluateArgs, { outStyle }: Terminal): string {
  const which = result.which === 'all' ? '' : `${result.which} `
  const { cases, failed } = result
  const count = failed.length === 0 ? `${cases.length}` : `${cases.length} of ${cases.length + failed.length}`
  const heading = `${trainedText(result.trained)}: ${count} ${which}case${count === '1' ? '' : 's'} of ${result.dataset}`
  return evaluationText(result, { heading, perCase: args['per-case'], style: outStyle })
}

/** Everything that the numbers depend on, then the numbers. */
function documentOf(result: Evaluation, args: EvaluateArgs, { backend }: Inference): string {
  const { trained, data, dataset, which, tolerance, classes, cases, failed, means, mean } = result
  const { overlap, mirror } = args
  const byName = <T>(values: readonly T[]): Record<string, T> =>
    Object.fromEntries(classes.flatMap((name, k) => values.slice(k, k + 1).map((value) => [name, value])))
  const document = {
    run: args.run,
    network: trained.graph.network,
    checkpoint: { which: trained.which, step: trained.checkpoint.progress.step },
    data,
    dataset,
    split: which,
    tolerance,
    overlap,
    mirror,
    backend: backend.description,
    mean,
    classes: byName(means),
    cases: cases.map((one) => ({ case: one.case, classes: byName(one.classes) })),
    failed: failed.map(({ name, problem: found }) => ({ case: name, reason: messageOf(found) })),
  }
  return `${JSON.stringify(document, undefined, 2)}\n`
}
