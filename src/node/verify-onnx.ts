// Verification of an export: the file as ONNX Runtime runs it against the reference interpreter, value by value.
import { evaluateSteps } from '../backends/reference/evaluate.ts'
import type { Tensor } from '../backends/reference/tensor.ts'
import { isProblem, type Problem } from '../compiler/diagnostics/diagnostic.ts'
import type { Sources } from '../compiler/analysis/charge.ts'
import type { Graph, GraphNode, NodeId } from '../compiler/ir/graph.ts'
import { elementCount } from '../compiler/ir/tensor.ts'
import { runModel, type ModelFailure, type ModelOptions, type RunningModel } from './onnx-model.ts'
import type { OnnxRuntime, RuntimeTensor, SessionOptions } from './onnx-runtime.ts'
import { noiseInputs } from './noise.ts'
import { defaultTolerance, valueAllowance } from './tolerances.ts'

/** How far one value is from its reference. */
export interface Deviation {
  readonly node: NodeId
  readonly path: string
  /** Name of the value in the file. */
  readonly value: string
  /** Greatest absolute difference over the standard deviation of the reference value. */
  readonly relative: number
  readonly absolute: number
  /** Where the greatest difference is, batch first. */
  readonly at: readonly number[]
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
  readonly holds: boolean
}

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

async function compare(comparison: Comparison): Promise<Verification | ModelFailure> {
  const { graph } = comparison.compiled
  const { options, shipped, instrumented, runtime } = comparison
  const { reference: inputs, runtime: feeds } = noiseInputs(graph, options.seed ?? 1)
  const given = await shipped.session.run(feeds)
  if (isProblem(given)) return { kind: 'failed', problem: given }
  const values = new ValueReader(graph, instrumented, feeds)
  const steps = evaluateSteps(graph, options.weights, inputs, { outputs: options.outputs ?? 'inference' })
  const findings: Findings = { values: [], shapeFaults: [], merged: 0 }
  for (let done = 0; ; done++) {
    const { value: step, done: isDone } = steps.next()
    if (isDone === true) {
      if (isProblem(step)) return { kind: 'failed', problem: step }
      const outputs = outputDeviations(graph, step, given)
      return verdict(runtime, { ...findings, outputs }, options.tolerance ?? defaultTolerance)
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
}

/** Compares one node's value; inputs and tables are what both sides were given. */
async function checkStep(
  { node, value: expected }: { readonly node: GraphNode; readonly value: Tensor },
  values: ValueReader,
  findings: Findings,
): Promise<Problem | undefined> {
  if (node.op === 'input' || node.op === 'parameter') return undefined
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

function verdict(
  { version }: OnnxRuntime,
  found: Findings & { readonly outputs: Verification['outputs'] },
  tolerance: number,
): Verification {
  const within =
    (limit: number) =>
    ({ relative }: Deviation): boolean =>
      relative <= limit
  const near =
    found.outputs.every(within(tolerance)) && found.values.every(within(valueAllowance * tolerance))
  const holds = near && found.shapeFaults.length === 0
  return { kind: 'verified', runtime: version, tolerance, ...found, holds }
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

// ---------------------------------------------------------------- distance

function deviation(
  { shape, data: expected }: Tensor,
  { data: given }: RuntimeTensor,
): Pick<Deviation, 'relative' | 'absolute' | 'at'> {
  let absolute = 0
  let worst = 0
  for (let at = 0; at < expected.length; at++) {
    const difference = Math.abs((expected[at] ?? NaN) - (given[at] ?? NaN))
    // NaN is greater than everything: it is never near.
    if (!(difference <= absolute)) {
      absolute = Number.isNaN(difference) ? Infinity : difference
      worst = at
      if (absolute === Infinity) break
    }
  }
  return { absolute, relative: absolute / scaleOf(expected), at: positionOf(worst, shape) }
}

/** Standard deviation; of a nearly constant value its magnitude counts instead. */
function scaleOf(values: Float64Array): number {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length
  const square = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length
  return Math.max(Math.sqrt(square), 1e-3 * Math.abs(mean), 1e-6)
}

function positionOf(flat: number, shape: readonly number[]): number[] {
  const position: number[] = []
  let rest = flat
  for (const extent of shape.toReversed()) {
    position.unshift(rest % extent)
    rest = Math.floor(rest / extent)
  }
  return position
}
