// Every value of an exported model against the reference's, which computes all of them from the same input: differences add up on the way.
import type { ValuePart } from '../backends/onnx/model.ts'
import { evaluateSteps } from '../backends/reference/evaluate.ts'
import { tensorChannels } from '../backends/reference/sampled/channels.ts'
import type { Tensor } from '../backends/reference/tensor.ts'
import { isProblem, type Problem } from '../compiler/diagnostics/diagnostic.ts'
import type { GraphNode, NodeId } from '../compiler/ir/graph.ts'
import {
  outputDeviations,
  outputDistance,
  storedOf,
  toleranceOf,
  verificationOf,
  type Comparison,
} from './comparison.ts'
import { deviation } from './deviation.ts'
import { noiseInputs } from './noise.ts'
import type { ModelFailure } from './onnx-model.ts'
import type { RuntimeTensor } from './onnx-runtime.ts'
import { responseDoubt } from './response.ts'
import { roundingsOf } from './rounding.ts'
import type { SegmentedModel } from './segment-values.ts'
import { valueAllowance, type Stored } from './tolerances.ts'
import type { Deviation, Doubt, ShapeFault, Verification } from './verification.ts'

interface Findings {
  readonly values: Deviation[]
  readonly shapeFaults: ShapeFault[]
  merged: number
  /** The first node with a value that is no finite number. */
  notFinite: GraphNode | undefined
}

export async function compareValues(
  comparison: Comparison,
  model: SegmentedModel,
): Promise<Verification | ModelFailure> {
  const { graph } = comparison.compiled
  const { options, seed } = comparison
  const { reference: inputs, runtime: feeds } = noiseInputs(graph, seed)
  const values = new ValueReader(model, feeds)
  const steps = evaluateSteps(graph, options.weights, inputs, { outputs: options.outputs ?? 'inference' })
  const findings: Findings = { values: [], shapeFaults: [], merged: 0, notFinite: undefined }
  for (let done = 0; ; done++) {
    const { value: step, done: isDone } = steps.next()
    if (isDone === true) {
      if (isProblem(step)) return { kind: 'failed', problem: step }
      const outputs = outputDeviations(graph, step, comparison.given)
      return judged(comparison, { ...findings, outputs, inputs })
    }
    options.onProgress?.(done, graph.nodes.length)
    const failed = await checkStep(step, values, findings)
    if (failed !== undefined) return failed
  }
}

/** Compares one node's value; inputs and tables are what both sides were given. */
async function checkStep(
  { node, value }: { readonly node: GraphNode; readonly value: Tensor },
  values: ValueReader,
  findings: Findings,
): Promise<ModelFailure | undefined> {
  if (!value.data.every(Number.isFinite)) findings.notFinite ??= node
  if (node.op === 'input' || node.op === 'parameter' || node.op === 'constant') return undefined
  const name = values.nameOf(node.id)
  if (name === undefined) {
    findings.merged += 1
    return undefined
  }
  const given = await values.read(name)
  if ('kind' in given) return given
  const { path } = node.origin
  const part = values.partOf(node.id)
  const expected = part === undefined ? value : tensorChannels(value, part.channels)
  if (given.shape.join() === expected.shape.join()) {
    const compared = expected.data.length
    findings.values.push({ node: node.id, path, value: name, compared, ...deviation(expected, given) })
  } else findings.shapeFaults.push({ path, expected: expected.shape, given: given.shape })
  return undefined
}

// ---------------------------------------------------------------- judgement

/** All that was found with one input. */
interface Evidence extends Findings {
  readonly outputs: Verification['outputs']
  readonly inputs: ReadonlyMap<string, Tensor>
}

function judged(comparison: Comparison, evidence: Evidence): Verification | ModelFailure {
  const tolerance = toleranceOf(comparison.options)
  const { outputs, values, shapeFaults, merged } = evidence
  const doubt =
    isNear(evidence, tolerance, storedOf(comparison.options)) && shapeFaults.length === 0
      ? responseDoubt(comparison)
      : farDoubt(comparison, evidence, tolerance)
  if (isProblem(doubt)) return { kind: 'failed', problem: doubt }
  const found = { mode: 'exhaustive', outputs, values, shapeFaults, merged, magnified: [] } as const
  return verificationOf(comparison, found, doubt)
}

function isNear({ outputs, values }: Evidence, tolerance: number, stored: Stored): boolean {
  return (
    outputs.every((one) => outputDistance(one, stored) <= tolerance) &&
    values.every(({ relative }) => relative <= valueAllowance * tolerance)
  )
}

/** Whether rounding alone may have taken everything as far as it is. */
function farDoubt(
  { compiled: { graph }, options }: Comparison,
  { outputs, values, shapeFaults, notFinite, inputs }: Evidence,
  tolerance: number,
): Doubt | 'differs' | Problem {
  if (shapeFaults.length > 0) return 'differs'
  if (notFinite !== undefined) return { kind: 'not-finite', node: notFinite.id, path: notFinite.origin.path }
  if (storedOf(options) !== 'f32') return 'differs'
  const roundings = roundingsOf(graph, options.weights, inputs, { outputs: options.outputs ?? 'inference' })
  if (isProblem(roundings)) return roundings
  const limits = [
    ...values.map((one) => ({ ...one, limit: valueAllowance * tolerance })),
    ...outputs.map((one) => ({ ...one, limit: tolerance })),
  ]
  const reachOf = (node: NodeId): number => roundings.get(node) ?? 0
  const isExplained = ({ node, relative, limit }: (typeof limits)[number]): boolean =>
    relative <= Math.max(limit, reachOf(node))
  const first = limits.find(({ node, limit }) => reachOf(node) > limit)
  if (first === undefined || !limits.every(isExplained)) return 'differs'
  return { kind: 'rounding', node: first.node, path: first.path, reach: reachOf(first.node) }
}

// ---------------------------------------------------------------- values of the exported file

/** Reads values of the model as its segments give them; each is read once, or as often as nodes share it. */
class ValueReader {
  readonly #model: SegmentedModel
  readonly #segments: ReturnType<SegmentedModel['run']>
  readonly #values: Map<string, RuntimeTensor>
  /** By name: how many nodes have yet to read it. */
  readonly #readers = new Map<string, number>()

  constructor(model: SegmentedModel, feeds: ReadonlyMap<string, RuntimeTensor>) {
    this.#model = model
    this.#segments = model.run(feeds)
    this.#values = new Map(feeds)
    const parts = [...(model.model.parts?.values() ?? [])]
    for (const name of [...model.model.valueOf.values(), ...parts.map((part) => part.name)])
      this.#readers.set(name, (this.#readers.get(name) ?? 0) + 1)
  }

  nameOf(node: NodeId): string | undefined {
    return this.#model.model.valueOf.get(node) ?? this.partOf(node)?.name
  }

  partOf(node: NodeId): ValuePart | undefined {
    return this.#model.model.parts?.get(node)
  }

  async read(name: string): Promise<RuntimeTensor | ModelFailure> {
    while (!this.#values.has(name)) {
      const { value, done } = await this.#segments.next()
      if (done === true) throw new Error(`the model has no value ${name}`)
      if ('kind' in value) return value
      for (const [one, tensor] of value) if ((this.#readers.get(one) ?? 0) > 0) this.#values.set(one, tensor)
    }
    const found = this.#values.get(name)
    if (found === undefined) throw new Error(`the model has no value ${name}`)
    const left = (this.#readers.get(name) ?? 0) - 1
    this.#readers.set(name, left)
    if (left <= 0) this.#values.delete(name)
    return found
  }
}
