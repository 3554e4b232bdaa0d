// What a verification has to compare: a compiled network, a runtime, inputs, and what the shipped file makes of them.
import type { Sources } from '../compiler/analysis/charge.ts'
import { isProblem } from '../compiler/diagnostics/diagnostic.ts'
import type { Graph } from '../compiler/ir/graph.ts'
import { runModel, type ModelFailure, type ModelOptions } from './onnx-model.ts'
import type { OnnxRuntime, RuntimeTensor, SessionOptions } from './onnx-runtime.ts'
import type { VerificationMode } from './verification.ts'

export interface VerifyOptions extends ModelOptions {
  /** Default: `sampled`. */
  readonly mode?: VerificationMode
  readonly tolerance?: number
  readonly seed?: number
  readonly session?: SessionOptions
  /** Called with the number of nodes that have been compared, and of all. */
  readonly onProgress?: (done: number, all: number) => void
}

export type Compiled = { readonly graph: Graph; readonly sources: Sources }

/** What both ways of comparing need. */
export interface Comparison {
  readonly runtime: OnnxRuntime
  readonly compiled: Compiled
  readonly options: VerifyOptions
  readonly seed: number
  /** The shipped file's outputs for the first input and for another. */
  readonly given: ReadonlyMap<string, RuntimeTensor>
  readonly other: ReadonlyMap<string, RuntimeTensor>
}

/** What the file as it is shipped makes of some inputs. It is closed again: two models at once would be too much for large ones. */
export async function shippedOutputs(
  runtime: OnnxRuntime,
  compiled: Compiled,
  options: VerifyOptions,
  inputs: readonly ReadonlyMap<string, RuntimeTensor>[],
): Promise<readonly ReadonlyMap<string, RuntimeTensor>[] | ModelFailure> {
  const shipped = await runModel(runtime, compiled, options, options.session)
  if (shipped.kind !== 'running') return shipped
  try {
    const outputs: ReadonlyMap<string, RuntimeTensor>[] = []
    for (const feeds of inputs) {
      const given = await shipped.session.run(feeds)
      if (isProblem(given)) return { kind: 'failed', problem: given }
      outputs.push(given)
    }
    return outputs
  } finally {
    await shipped.close()
  }
}
