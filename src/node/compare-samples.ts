// Each operator of an exported model by itself, and the shipped file's outputs against those of its operators one by one.
import type { Tensor } from '../backends/reference/tensor.ts'
import {
  outputDeviations,
  outputDistance,
  shippedOutputs,
  storedOf,
  toleranceOf,
  verificationOf,
  type Comparison,
} from './comparison.ts'
import { deviation, type Distance } from './deviation.ts'
import { noiseInputs } from './noise.ts'
import type { ModelFailure } from './onnx-model.ts'
import type { RuntimeTensor } from './onnx-runtime.ts'
import { responseDoubt } from './response.ts'
import { SampleCheck, type SampleFindings } from './sample-check.ts'
import type { SegmentedModel } from './segment-values.ts'
import { roundingAllowance, roundingNoise, valueAllowance } from './tolerances.ts'
import type { Deviation, Doubt, Verification } from './verification.ts'

export async function compareSamples(
  comparison: Comparison,
  model: SegmentedModel,
): Promise<Verification | ModelFailure> {
  const { compiled, options, seed, given } = comparison
  const { graph } = compiled
  const feeds = noiseInputs(graph, seed).runtime
  const valueCount = model.model.valueOf.size + (model.model.parts?.size ?? 0)
  let done = 0
  const check = new SampleCheck(graph, model.model, feeds, {
    weights: options.weights,
    outputs: options.outputs ?? 'inference',
    seed,
    stored: storedOf(options),
    ...(options.precision?.kind === 'int8' ? { ranges: options.precision.ranges } : {}),
    onNode: () => options.onProgress?.(++done, valueCount),
  })
  const stepwise = new Map<string, Tensor>()
  for await (const values of model.run(feeds)) {
    if ('kind' in values) return values
    for (const { name } of model.model.outputs) {
      const value = values.get(name)
      if (value !== undefined) stepwise.set(name, inDouble(value))
    }
    const failed = await check.take(values)
    if (failed !== undefined) return { kind: 'failed', problem: failed }
  }
  const expected = options.precision === undefined ? stepwise : await inSinglePrecision(comparison)
  if ('kind' in expected) return expected
  return judged(comparison, { ...check.finish(), outputs: outputDeviations(graph, expected, given) })
}

/** What the same file gives where it stores everything in 32 bits. */
async function inSinglePrecision({
  runtime,
  compiled,
  options,
  seed,
}: Comparison): Promise<ReadonlyMap<string, Tensor> | ModelFailure> {
  const { precision: _, ...plain } = options
  const feeds = noiseInputs(compiled.graph, seed).runtime
  const outputs = await shippedOutputs(runtime, compiled, plain, [feeds])
  if ('kind' in outputs) return outputs
  return new Map([...(outputs[0] ?? [])].map(([name, value]) => [name, inDouble(value)]))
}

const inDouble = ({ shape, data }: RuntimeTensor): Tensor => ({ shape, data: Float64Array.from(data) })

const distance = (expected: RuntimeTensor, given: RuntimeTensor): Distance =>
  deviation(inDouble(expected), given)

interface Evidence extends SampleFindings {
  readonly outputs: Verification['outputs']
}

async function judged(comparison: Comparison, evidence: Evidence): Promise<Verification | ModelFailure> {
  const tolerance = toleranceOf(comparison.options)
  const { outputs, values, shapeFaults, merged, magnified } = evidence
  const stored = storedOf(comparison.options)
  const isNear =
    shapeFaults.length === 0 &&
    outputs.every((one) => outputDistance(one, stored) <= tolerance) &&
    values.every(isRounded) &&
    (stored !== 'f32' || values.every(({ relative }) => relative <= valueAllowance * tolerance))
  const doubt = isNear ? responseDoubt(comparison) : await farDoubt(comparison, evidence, tolerance)
  if (typeof doubt === 'object' && doubt.kind === 'failed') return doubt
  const found = { mode: 'sampled', outputs, values, shapeFaults, merged } as const
  const byFactor = magnified.toSorted((a, b) => b.factor - a.factor)
  return verificationOf(comparison, { ...found, magnified: byFactor }, doubt)
}

/** The value is no further off than single precision explains. */
const isRounded = ({ relative, rounding = 0 }: Deviation): boolean => relative <= rounding

/** Whether rounding alone may have taken everything as far as it is. */
async function farDoubt(
  comparison: Comparison,
  { outputs, values, shapeFaults, notFinite, magnified }: Evidence,
  tolerance: number,
): Promise<Doubt | 'differs' | Extract<ModelFailure, { kind: 'failed' }>> {
  if (shapeFaults.length > 0) return 'differs'
  if (notFinite !== undefined) return { kind: 'not-finite', node: notFinite.id, path: notFinite.origin.path }
  if (!values.every(isRounded) || storedOf(comparison.options) !== 'f32') return 'differs'
  const far = values.find(({ relative }) => relative > valueAllowance * tolerance)
  const isFar = outputs.some(({ relative }) => relative > tolerance)
  if (isFar) {
    const reached = await reachOfRounding(comparison)
    if ('kind' in reached) return reached
    const isExplained = outputs.every(
      ({ name, relative }) => relative <= Math.max(tolerance, reached.get(name) ?? 0),
    )
    if (!isExplained) return 'differs'
    const [norm] = magnified.toSorted((a, b) => b.factor - a.factor)
    const place = norm ?? outputs.find(({ relative }) => relative > tolerance)
    const reach = Math.max(...reached.values())
    if (far === undefined && place !== undefined)
      return { kind: 'rounding', node: place.node, path: place.path, reach }
  }
  if (far === undefined) return 'differs'
  return { kind: 'rounding', node: far.node, path: far.path, reach: far.rounding ?? 0 }
}

/** By output: how far the shipped file's moves when every element of the image is rounded otherwise, and as many times more as roundings come on the way. */
async function reachOfRounding({
  runtime,
  compiled,
  options,
  seed,
}: Comparison): Promise<ReadonlyMap<string, number> | Extract<ModelFailure, { kind: 'failed' }>> {
  const feeds = noiseInputs(compiled.graph, seed).runtime
  const moved = [...feeds].map(([name, { shape, data }]): [string, RuntimeTensor] => [
    name,
    { shape, data: data.map((value, k) => value * (1 + (k % 2 === 0 ? roundingNoise : -roundingNoise))) },
  ])
  const outputs = await shippedOutputs(runtime, compiled, options, [feeds, new Map(moved)])
  if ('kind' in outputs) {
    if (outputs.kind === 'refused') throw new Error('the export was refused after it had been made')
    return outputs
  }
  const [before, after] = outputs
  const reach = [...(before ?? [])].map(([name, tensor]): [string, number] => {
    const own = after?.get(name)
    return [name, own === undefined ? 0 : roundingAllowance * distance(tensor, own).relative]
  })
  return new Map(reach)
}
