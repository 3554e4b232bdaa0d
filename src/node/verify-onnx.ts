// Verification of an export: the file as ONNX Runtime runs it against the reference interpreter.
import { shippedOutputs, type Compiled, type VerifyOptions } from './comparison.ts'
import { compareSamples } from './compare-samples.ts'
import { compareValues } from './compare-values.ts'
import { noiseInputs } from './noise.ts'
import type { ModelFailure } from './onnx-model.ts'
import type { OnnxRuntime } from './onnx-runtime.ts'
import { segmentedModel } from './segment-values.ts'
import { probes } from './tolerances.ts'
import type { Verification } from './verification.ts'

/** Runs the export and the reference on the same weights and the same input. Extents have to be known. */
export async function verifyOnnx(
  runtime: OnnxRuntime,
  compiled: Compiled,
  options: VerifyOptions,
): Promise<Verification | ModelFailure> {
  // An input that a norm magnifies the rounding of need not be like the next.
  for (let probe = 1; ; probe++) {
    const seed = (options.seed ?? 1) + probeStep * (probe - 1)
    const found = await verifyWith(runtime, compiled, options, seed)
    if (found.kind !== 'verified' || found.reason?.kind !== 'rounding' || probe === probes) return found
  }
}

/** Seeds of inputs that have nothing in common. */
const probeStep = 1000

async function verifyWith(
  runtime: OnnxRuntime,
  compiled: Compiled,
  given: VerifyOptions,
  seed: number,
): Promise<Verification | ModelFailure> {
  const { graph } = compiled
  const options: VerifyOptions = { ...given, session: { ...given.session, memory: 'given back' } }
  const inputs = [seed, seed + probeStep / 2].map((one) => noiseInputs(graph, one).runtime)
  const outputs = await shippedOutputs(runtime, compiled, options, inputs)
  if ('kind' in outputs) return outputs
  const [first, other] = outputs
  if (first === undefined || other === undefined) throw new Error('two inputs have two outputs')
  const comparison = { runtime, compiled, options, seed, given: first, other }
  const model = segmentedModel(runtime, compiled, options, options.session)
  if (model.kind !== 'segmented') return model
  return options.mode === 'exhaustive' ? compareValues(comparison, model) : compareSamples(comparison, model)
}
