// What `weft predict` does by an imported model, on ONNX Runtime.
import { isProblem, problem, type Problem } from '../../compiler/diagnostics/diagnostic.ts'
import { structuresOf } from '../../data/pipeline/volumes.ts'
import type { ModelDescription } from '../../node/models/model-folder.ts'
import { predictModel } from '../../node/models/predict-model.ts'
import { loadOnnxRuntime } from '../../node/onnx-runtime.ts'
import { fail } from '../display.ts'
import { exitCodes, type ExitCode } from '../exit-codes.ts'
import { packageVersion } from '../../node/package-root.ts'
import type { Terminal } from '../terminal.ts'
import { caseListeners, failedText } from './case-listeners.ts'
import { caseLine, type PredictArgs } from './predict-args.ts'

export async function runPredictModel(args: PredictArgs, terminal: Terminal): Promise<ExitCode> {
  const foreign = foreignOption(args)
  if (foreign !== undefined) return fail(foreign, args.run, terminal)
  const runtime = await loadOnnxRuntime()
  if (isProblem(runtime)) return fail(runtime, args.run, terminal)
  const precision = args.reference === 'nnunet' ? 'half' : 'float32'
  const { clear, ...listeners } = caseListeners('predicting', args.run, terminal)
  const { input, output, overlap, mirror, threads, probabilities = false, resume = false } = args
  const result = await predictModel(args.run, {
    ...listeners,
    runtime,
    input,
    output,
    overlap,
    precision,
    probabilities,
    resume,
    weft: packageVersion(),
    ...(mirror === undefined ? {} : { mirror }),
    ...(threads === undefined ? {} : { session: { threads } }),
    onKept: ({ path }) => terminal.out(`kept ${path}\n`),
    onBegin: (description) => terminal.out(modelLine(description, runtime.version)),
    onCase: (found, description) => {
      clear()
      terminal.out(
        caseLine(
          found,
          structuresOf(description).map(({ name }) => name),
        ),
      )
    },
  })
  clear()
  if (isProblem(result)) return fail(result, args.run, terminal)
  const { cases, kept, failed } = result
  const all = failed.length === 0 ? '' : ` of ${cases.length + failed.length}`
  const rounding = precision === 'half' ? 'half precision, as nnU-Net' : 'single precision'
  const before = kept.length === 0 ? '' : `; ${kept.length} kept`
  terminal.out(
    `predicted ${cases.length}${all} case${cases.length === 1 && all === '' ? '' : 's'}, in ${rounding}${before}\n`,
  )
  terminal.out(failedText(failed))
  return failed.length === 0 ? exitCodes.clean : exitCodes.error
}

/** What only a run has. */
function foreignOption(args: PredictArgs): Problem | undefined {
  const given = (['backend', 'checkpoint', 'ema'] as const).find((name) => args[name] !== undefined)
  if (given === undefined) return undefined
  const reason =
    'it is an imported model, whose weights were chosen when it was imported and which ONNX Runtime runs'
  return problem('option-of-run', { option: `--${given}`, path: args.run, reason, takesSpecs: false })
}

/** `Heart3dFullres of Dataset901_Heart, folds 0 and 1; onnxruntime-node 1.30.0`. */
function modelLine({ network, origin }: ModelDescription, version: string): string {
  const of = origin.dataset === undefined ? '' : ` of ${origin.dataset}`
  const folds = `fold${origin.folds.length === 1 ? '' : 's'} ${origin.folds.join(', ')}`
  return `model ${network}${of}, ${folds}; onnxruntime-node ${version}\n`
}
