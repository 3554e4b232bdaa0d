// --executed: what an export multiplies beside what a network asks for.
import type { Argv } from 'yargs'
import type { ExecutedModel } from '../../backends/executed.ts'
import type { Diagnostic, Problem } from '../../compiler/diagnostics/diagnostic.ts'
import { isProblem } from '../../compiler/diagnostics/diagnostic.ts'
import type { CompiledNetwork } from './compile-network.ts'

const executedTargets = ['onnx', 'tfjs'] as const
export type ExecutedTarget = (typeof executedTargets)[number]

/** An executed model, with whose it is. */
export interface Run extends ExecutedModel {
  readonly target: ExecutedTarget
}

/** What is executed goes with MACs alone: other counts have no counterpart in a file. */
export function withExecuted<T>(yargs: Argv<T>): Argv<T & { readonly executed: ExecutedTarget | undefined }> {
  return yargs
    .option('executed', {
      describe: 'beside them what an export multiplies and adds, zeros of masks included where it does',
      choices: executedTargets,
      requiresArg: true,
    })
    .check(
      ({ executed, convention, reconcile }) =>
        executed === undefined ||
        ((convention ?? 'mac') === 'mac' && reconcile !== true) ||
        '--executed counts MACs: it goes with no other --convention and without --reconcile',
    )
}

/** What the default export does; masks are those that the network begins with, or those of what was trained. */
export async function executedBy(
  target: ExecutedTarget,
  file: string,
  { graph, run, model }: Pick<CompiledNetwork, 'graph' | 'run' | 'model'>,
): Promise<Run | { readonly diagnostics: readonly Diagnostic[] } | Problem> {
  const { initialise } = await import('../../weights/initialise.ts')
  const { openTrainedWeights } = await import('./trained-weights.ts')
  const opened = openTrainedWeights({ run, model, file }, graph)
  if (isProblem(opened)) return opened
  const weights = opened?.weights ?? initialise(graph, 0)
  const count = await counterOf(target)
  const found = count(graph, weights)
  return 'diagnostics' in found ? found : { target, ...found }
}

const counterOf = async (
  target: ExecutedTarget,
): Promise<(typeof import('../../backends/onnx/executed.ts'))['executedModel']> =>
  target === 'onnx'
    ? (await import('../../backends/onnx/executed.ts')).executedModel
    : (await import('../../backends/tfjs/graph-model/executed.ts')).executedGraphModel
