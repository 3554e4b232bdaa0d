// What a verification has to compare: a compiled network, a runtime, inputs, and what the shipped file makes of them.
import type { Sources } from '../compiler/analysis/charge.ts'
import type { Tensor } from '../backends/reference/tensor.ts'
import { isProblem } from '../compiler/diagnostics/diagnostic.ts'
import type { Graph } from '../compiler/ir/graph.ts'
import { deviation, typicalDeviation } from './deviation.ts'
import { runModel, type ModelFailure, type ModelOptions } from './onnx-model.ts'
import type { OnnxRuntime, RuntimeTensor, SessionOptions } from './onnx-runtime.ts'
import { outputTolerances, type Stored } from './tolerances.ts'
import type { Doubt, OutputDeviation, Verification, VerificationMode } from './verification.ts'

export interface VerifyOptions extends ModelOptions {
  /** Default: `sampled`. */
  readonly mode?: VerificationMode
  /** Default: by what weights are stored in. */
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

/** How far each output of the file is from what is expected. */
export function outputDeviations(
  graph: Graph,
  expected: ReadonlyMap<string, Tensor>,
  given: ReadonlyMap<string, RuntimeTensor>,
): Verification['outputs'] {
  return [...expected].map(([name, tensor]) => {
    const node = graph.outputs.find((one) => one.name === name)?.node ?? -1
    const own = given.get(name)
    if (own === undefined) throw new Error(`the file has no output ${name}`)
    return {
      name,
      node,
      path: graph.nodes[node]?.origin.path ?? '',
      value: name,
      compared: tensor.data.length,
      ...deviation(tensor, own),
      typical: typicalDeviation(tensor, own),
    }
  })
}

type Found = Pick<Verification, 'mode' | 'outputs' | 'values' | 'shapeFaults' | 'merged' | 'magnified'>

/** What a comparison found, as it is told; it holds where nothing is in doubt. */
export function verificationOf(
  { runtime, options }: Comparison,
  found: Found,
  doubt: Doubt | 'differs' | undefined,
): Verification {
  return {
    kind: 'verified',
    runtime: runtime.version,
    stored: storedOf(options),
    tolerance: toleranceOf(options),
    ...found,
    outcome: doubt === undefined ? 'verified' : doubt === 'differs' ? 'differs' : 'undecided',
    holds: doubt === undefined,
    ...(typeof doubt === 'object' ? { reason: doubt } : {}),
  }
}

export const storedOf = ({ precision }: VerifyOptions): Stored => precision?.kind ?? 'f32'

export const toleranceOf = (options: VerifyOptions): number =>
  options.tolerance ?? outputTolerances[storedOf(options)]

/** How far an output is, as far as that counts. */
export const outputDistance = (
  { relative, typical }: Pick<OutputDeviation, 'relative' | 'typical'>,
  stored: Stored,
): number => (stored === 'f32' ? relative : typical)
