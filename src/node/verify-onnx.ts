// Verification of an export: the file as ONNX Runtime runs it against the reference interpreter, value by value.
import { evaluateSteps } from '../backends/reference/evaluate.ts'
import type { Tensor } from '../backends/reference/tensor.ts'
import { isProblem, type Problem } from '../compiler/diagnostics/diagnostic.ts'
import { blindNodes } from '../compiler/analysis/blind.ts'
import type { Sources } from '../compiler/analysis/charge.ts'
import type { Graph, GraphNode, NodeId } from '../compiler/ir/graph.ts'
import { elementCount } from '../compiler/ir/tensor.ts'
import { runModel, type ModelFailure, type ModelOptions, type RunningModel } from './onnx-model.ts'
import type { OnnxRuntime, RuntimeTensor, SessionOptions } from './onnx-runtime.ts'
import { deviation, type Distance } from './deviation.ts'
import { noiseInputs } from './noise.ts'
import { roundingsOf } from './rounding.ts'
import { defaultTolerance, leastResponse, probes, valueAllowance } from './tolerances.ts'

/** How far one value is from its reference. */
export interface Deviation extends Distance {
  readonly node: NodeId
  readonly path: string
  /** Name of the value in the file. */
  readonly value: string
}

/** A value whose extents are not those that the compiler inferred. */
export interface ShapeFault {
  readonly path: string
  readonly expected: readonly number[]
  readonly given: readonly number[]
}

export interface Verification {
  readonly kind: 'verified'
  readonly runtime: string
  /** Of the outputs; values on the way may be `valueAllowance` times as far. */
  readonly tolerance: number
  /** Of the file as it is shipped. */
  readonly outputs: readonly (Deviation & { readonly name: string })[]
  /** Of every value that is whole in the file, from a second run that gives them all; in order. */
  readonly values: readonly Deviation[]
  readonly shapeFaults: readonly ShapeFault[]
  /** Nodes that a pass computes together with others, so that the file has no value of their own. */
  readonly merged: number
  /** `undecided`: what was measured tells neither that the file is right nor that it is wrong. */
  readonly outcome: 'verified' | 'differs' | 'undecided'
  /** Why it is undecided. */
  readonly reason?: Doubt
  /** The outcome is `verified`. */
  readonly holds: boolean
}

export type Doubt =
  /** From this node on, rounding alone takes a value further than is allowed. */
  | { readonly kind: 'rounding'; readonly node: NodeId; readonly path: string; readonly reach: number }
  /** From this node on, the reference has values that are no finite numbers. */
  | { readonly kind: 'not-finite'; readonly node: NodeId; readonly path: string }
  /** Another image leaves this output where it is; behind the norm over a single value, where it is one. */
  | { readonly kind: 'unresponsive'; readonly output: string; readonly node?: NodeId; readonly path?: string }

export interface VerifyOptions extends ModelOptions {
  readonly tolerance?: number
  readonly seed?: number
  readonly session?: SessionOptions
  /** Called with the number of nodes that the reference has computed, and of all. */
  readonly onProgress?: (done: number, all: number) => void
}

/** Values of all nodes are fetched in groups of at most this many bytes. */
const groupBytes = 2 ** 28

type Compiled = { readonly graph: Graph; readonly sources: Sources }

/** Runs the export and the reference on the same weights and the same input. Extents have to be known. */
export async function verifyOnnx(
  runtime: OnnxRuntime,
  compiled: Compiled,
  options: VerifyOptions,
): Promise<Verification | ModelFailure> {
  const shipped = await runModel(runtime, compiled, options, options.session)
  if (shipped.kind !== 'running') return shipped
  try {
    const instrumented = await runModel(runtime, compiled, { ...options, everyValue: true }, options.session)
    if (instrumented.kind !== 'running') return instrumented
    try {
      return await compare({ runtime, shipped, instrumented, compiled, options })
    } finally {
      await instrumented.close()
    }
  } finally {
    await shipped.close()
  }
}

interface Comparison {
  readonly runtime: OnnxRuntime
  readonly shipped: RunningModel
  readonly instrumented: RunningModel
  readonly compiled: Compiled
  readonly options: VerifyOptions
}

/** Tries inputs until one is decided: a norm that magnifies the rounding of one image need not do so with the next. */
async function compare(comparison: Comparison): Promise<Verification | ModelFailure> {
  const seed = comparison.options.seed ?? 1
  for (let probe = 1; ; probe++) {
    const found = await compareOn(comparison, seed + probeStep * (probe - 1))
    if (found.kind !== 'verified' || found.reason?.kind !== 'rounding' || probe === probes) return found
  }
}

/** Seeds of inputs that have nothing in common. */
const probeStep = 1000

async function compareOn(comparison: Comparison, seed: number): Promise<Verification | ModelFailure> {
  const { graph } = comparison.compiled
  const { options, shipped, instrumented } = comparison
  const { reference: inputs, runtime: feeds } = noiseInputs(graph, seed)
  const given = await shipped.session.run(feeds)
  if (isProblem(given)) return { kind: 'failed', problem: given }
  const values = new ValueReader(graph, instrumented, feeds)
  const steps = evaluateSteps(graph, options.weights, inputs, { outputs: options.outputs ?? 'inference' })
  const findings: Findings = { values: [], shapeFaults: [], merged: 0, notFinite: undefined }
  for (let done = 0; ; done++) {
    const { value: step, done: isDone } = steps.next()
    if (isDone === true) {
      if (isProblem(step)) return { kind: 'failed', problem: step }
      const outputs = outputDeviations(graph, step, given)
      return judged(comparison, { ...findings, outputs, expected: step, given, inputs, seed })
    }
    options.onProgress?.(done, graph.nodes.length)
    const failed = await checkStep(step, values, findings)
    if (failed !== undefined) return { kind: 'failed', problem: failed }
  }
}

interface Findings {
  readonly values: Deviation[]
  readonly shapeFaults: ShapeFault[]
  merged: number
  /** The first node with a value that is no finite number. */
  notFinite: GraphNode | undefined
}

/** Compares one node's value; inputs and tables are what both sides were given. */
async function checkStep(
  { node, value: expected }: { readonly node: GraphNode; readonly value: Tensor },
  values: ValueReader,
  findings: Findings,
): Promise<Problem | undefined> {
  if (!expected.data.every(Number.isFinite)) findings.notFinite ??= node
  if (node.op === 'input' || node.op === 'parameter' || node.op === 'constant') return undefined
  const name = values.nameOf(node.id)
  if (name === undefined) {
    findings.merged += 1
    return undefined
  }
  const given = await values.read(name)
  if (isProblem(given)) return given
  const { path } = node.origin
  if (given.shape.join() === expected.shape.join())
    findings.values.push({ node: node.id, path, value: name, ...deviation(expected, given) })
  else findings.shapeFaults.push({ path, expected: expected.shape, given: given.shape })
  return undefined
}

function outputDeviations(
  graph: Graph,
  expected: ReadonlyMap<string, Tensor>,
  given: ReadonlyMap<string, RuntimeTensor>,
): Verification['outputs'] {
  return [...expected].map(([name, tensor]) => {
    const node = graph.outputs.find((one) => one.name === name)?.node ?? -1
    const own = given.get(name)
    if (own === undefined) throw new Error(`the file has no output ${name}`)
    return { name, node, path: graph.nodes[node]?.origin.path ?? '', value: name, ...deviation(tensor, own) }
  })
}

// ---------------------------------------------------------------- judgement

/** All that was found with one input. */
interface Evidence extends Findings {
  readonly outputs: Verification['outputs']
  readonly expected: ReadonlyMap<string, Tensor>
  readonly given: ReadonlyMap<string, RuntimeTensor>
  readonly inputs: ReadonlyMap<string, Tensor>
  readonly seed: number
}

async function judged(comparison: Comparison, evidence: Evidence): Promise<Verification | ModelFailure> {
  const tolerance = comparison.options.tolerance ?? defaultTolerance
  const { outputs, values, shapeFaults, merged } = evidence
  const doubt =
    isNear(evidence, tolerance) && shapeFaults.length === 0
      ? await responseDoubt(comparison, evidence, tolerance)
      : farDoubt(comparison, evidence, tolerance)
  if (isProblem(doubt)) return { kind: 'failed', problem: doubt }
  return {
    kind: 'verified',
    runtime: comparison.runtime.version,
    tolerance,
    outputs,
    values,
    shapeFaults,
    merged,
    outcome: doubt === 'none' ? 'verified' : doubt === 'differs' ? 'differs' : 'undecided',
    holds: doubt === 'none',
    ...(typeof doubt === 'string' ? {} : { reason: doubt }),
  }
}

function isNear({ outputs, values }: Evidence, tolerance: number): boolean {
  return (
    outputs.every(({ relative }) => relative <= tolerance) &&
    values.every(({ relative }) => relative <= valueAllowance * tolerance)
  )
}

/** Whether the output would have shown a mistake: for another image it has to be another one. */
async function responseDoubt(
  { compiled: { graph }, shipped }: Comparison,
  { expected, given, seed }: Evidence,
  tolerance: number,
): Promise<Doubt | 'none' | Problem> {
  if (graph.inputs.length === 0) return 'none'
  const other = await shipped.session.run(noiseInputs(graph, seed + probeStep / 2).runtime)
  if (isProblem(other)) return other
  for (const { name, node } of graph.outputs) {
    const [own, first, second] = [expected.get(name), given.get(name), other.get(name)]
    if (own === undefined || first === undefined || second === undefined) continue
    const { relative } = deviation({ shape: own.shape, data: Float64Array.from(first.data) }, second)
    if (relative > leastResponse * tolerance) continue
    const norm = blindNormBefore(graph, node)
    const place = norm === undefined ? {} : { node: norm.id, path: norm.origin.path }
    return { kind: 'unresponsive', output: name, ...place }
  }
  return 'none'
}

/** The last norm over a single value that an output depends on. */
function blindNormBefore(graph: Graph, output: NodeId): GraphNode | undefined {
  const reached = new Set([output])
  for (const { id, inputs } of graph.nodes.toReversed())
    if (reached.has(id)) for (const input of inputs) reached.add(input)
  return blindNodes(graph).findLast(({ kind, node }) => kind === 'norm' && reached.has(node.id))?.node
}

/** Whether rounding alone may have taken everything as far as it is. */
function farDoubt(
  { compiled: { graph }, options }: Comparison,
  { outputs, values, shapeFaults, notFinite, inputs }: Evidence,
  tolerance: number,
): Doubt | 'differs' | Problem {
  if (shapeFaults.length > 0) return 'differs'
  if (notFinite !== undefined) return { kind: 'not-finite', node: notFinite.id, path: notFinite.origin.path }
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

/** Reads values of the instrumented model group by group, so that not all of them are in memory at once. */
class ValueReader {
  readonly #model: RunningModel
  readonly #feeds: ReadonlyMap<string, RuntimeTensor>
  readonly #groups: readonly (readonly string[])[]
  #group: ReadonlyMap<string, RuntimeTensor> = new Map()

  constructor(graph: Graph, model: RunningModel, feeds: ReadonlyMap<string, RuntimeTensor>) {
    this.#model = model
    this.#feeds = feeds
    this.#groups = groupsOf(graph, model)
  }

  nameOf(node: NodeId): string | undefined {
    return this.#model.model.valueOf.get(node)
  }

  async read(name: string): Promise<RuntimeTensor | Problem> {
    if (!this.#group.has(name)) {
      const names = this.#groups.find((group) => group.includes(name)) ?? [name]
      const values = await this.#model.session.run(this.#feeds, names)
      if (isProblem(values)) return values
      this.#group = values
    }
    const found = this.#group.get(name)
    if (found === undefined) throw new Error(`the model has no value ${name}`)
    return found
  }
}

function groupsOf(graph: Graph, { model, session }: RunningModel): string[][] {
  const available = new Set(session.outputNames)
  const groups: string[][] = [[]]
  let bytes = 0
  for (const [id, name] of model.valueOf) {
    if (!available.has(name)) continue
    const size = 4 * (elementCount(graph.nodes[id]?.type.shape ?? []) ?? 0)
    if (bytes + size > groupBytes && bytes > 0) {
      groups.push([])
      bytes = 0
    }
    bytes += size
    groups.at(-1)?.push(name)
  }
  return groups
}
