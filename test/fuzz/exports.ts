// What must hold of every exported network: in ONNX Runtime it computes what the reference does, whatever passes, operator set and outputs
// are chosen, and at every size where extents are free.
import {
  defaultOnnxPasses,
  onnxPassNames,
  type OnnxPassName,
} from '../../src/backends/onnx/passes/pipeline.ts'
import { evaluate } from '../../src/backends/reference/evaluate.ts'
import type { Tensor } from '../../src/backends/reference/tensor.ts'
import { isProblem } from '../../src/compiler/diagnostics/diagnostic.ts'
import { leastOpset } from '../../src/backends/onnx/opsets.ts'
import type { Graph, GraphNode } from '../../src/compiler/ir/graph.ts'
import type { Dim } from '../../src/compiler/ir/tensor.ts'
import { initialise } from '../../src/weights/initialise.ts'
import type { Weights } from '../../src/weights/weights.ts'
import { caseWeights, element } from '../conformance/support.ts'
import { distance, emitted, openModel } from '../support/onnx.ts'
import { generateLattice } from './lattices.ts'
import { generateNetwork, graphOfLines, textOf, type Lines } from './networks.ts'
import { random, type Random } from './random.ts'

export interface ExportCase {
  readonly lines: Lines
  readonly batch: number
  readonly opset: number
  readonly outputs: 'inference' | 'all'
  /** Compares the values between as well. */
  readonly everyValue: boolean
  /** Free extents are taken this many times their least, one after the other. */
  readonly sizes: readonly number[]
}

export function makeExportCase(seed: number): ExportCase {
  const at: Random = random(seed)
  return exportCaseOf(generateNetwork(at), at)
}

/** Of a network with sparse fusions. */
export function makeLatticeCase(seed: number): ExportCase {
  const at: Random = random(seed)
  return exportCaseOf(generateLattice(at), at)
}

function exportCaseOf(lines: Lines, at: Random): ExportCase {
  return {
    lines,
    batch: 1 + at.below(3),
    opset: 13 + at.below(14),
    outputs: at.chance(0.6) ? 'all' : 'inference',
    everyValue: at.chance(0.3),
    sizes: lines.some((line) => line.includes('dim(')) ? [1, 2] : [1],
  }
}

/** Single precision, sums of some thousand terms. */
const tolerance = 5e-5

const choices: readonly [string, readonly OnnxPassName[]][] = [
  ['no pass', []],
  ['default passes', defaultOnnxPasses],
  ['all passes', onnxPassNames],
]

/** The first that says an operator; GridSample of volumes is younger. */
function leastOpsetOf({ op, type }: GraphNode): number {
  switch (op) {
    case 'layer_norm':
      return 17
    case 'grid_sample':
      return type.shape.length === 4 ? 20 : 16
    default:
      return leastOpset
  }
}

/** What does not hold; undefined when everything does. */
export async function exportFailure(one: ExportCase): Promise<string | undefined> {
  const graph = graphOfLines(one.lines)
  if (graph === undefined) return undefined
  const opset = graph.nodes.reduce((most, node) => Math.max(most, leastOpsetOf(node)), one.opset)
  const expectations = one.sizes.map((size) => expected(graph, one, size))
  // Windows of nothing but padding are -∞, from which there is no distance.
  if (!expectations.every(isFinite)) return undefined
  for (const [name, passes] of choices) {
    const failure = await differs(graph, { ...one, opset, passes }, expectations)
    if (failure !== undefined) return `${name}: ${failure}`
  }
  return undefined
}

export function described({ lines, ...settings }: ExportCase): string {
  return `${JSON.stringify(settings)}\n${textOf(lines)}`
}

/** What the reference says of each output, and how far rounding may carry a backend from it. */
interface Expectation {
  readonly inputs: ReadonlyMap<string, Tensor>
  readonly values: ReadonlyMap<string, Tensor>
  readonly allowed: ReadonlyMap<string, number>
}

function expected(graph: Graph, { batch, outputs }: ExportCase, size: number): Expectation {
  const inputs = inputsOf(graph, batch, size)
  const values = evaluated(graph, inputs, outputs, () => undefined)
  const rounded = evaluated(graph, inputsOf(graph, batch, size), outputs, disturb)
  const allowed = [...values].map(
    ([name, value]) => [name, tolerance + 30 * distance(value, rounded.get(name), 1e-2)] as const,
  )
  return { inputs, values, allowed: new Map(allowed) }
}

const isFinite = ({ values }: Expectation): boolean =>
  [...values.values()].every(({ data }) => data.every(Number.isFinite))

/** The outputs by name, and every node's value as `#` and its number. */
function evaluated(
  graph: Graph,
  inputs: ReadonlyMap<string, Tensor>,
  outputs: ExportCase['outputs'],
  change: (value: Tensor) => void,
): Map<string, Tensor> {
  const values = new Map<string, Tensor>()
  const found = evaluate(graph, weightsOf(graph), inputs, {
    outputs,
    onNode: ({ id }, value) => {
      change(value)
      values.set(`#${id}`, value)
    },
  })
  if (isProblem(found)) throw new Error(found.name)
  return new Map([...values, ...found])
}

/** Moves each element by some single-precision roundings of the greatest: what a network makes of that is no backend's fault. */
function disturb({ data }: Tensor): void {
  const greatest = data.reduce((most, value) => Math.max(most, Math.abs(value)), 0)
  data.forEach((value, at) => (data[at] = value + 3e-7 * greatest * element(at, 7)))
}

function inputsOf(graph: Graph, batch: number, size: number): Map<string, Tensor> {
  const extentOf = (dim: Dim): number => {
    if (typeof dim === 'number') return dim
    return dim.terms.reduce((sum, { coefficient }) => sum + coefficient * size, dim.constant)
  }
  return new Map(
    graph.inputs.map(({ name, node }, k) => {
      const shape = [batch, ...(graph.nodes[node]?.type.shape ?? []).map(extentOf)]
      const count = shape.reduce((all, one) => all * one, 1)
      return [name, { shape, data: Float64Array.from({ length: count }, (_, at) => element(at, k)) }]
    }),
  )
}

/** What a mask switches off is 0. */
function weightsOf(graph: Graph): Weights {
  const initial = initialise(graph, 1)
  return { numbersOf: (one) => (one.mask === undefined ? caseWeights : initial).numbersOf(one) }
}

interface Choice extends ExportCase {
  readonly passes: readonly OnnxPassName[]
}

async function differs(
  graph: Graph,
  { opset, outputs, everyValue, passes }: Choice,
  expectations: readonly Expectation[],
): Promise<string | undefined> {
  try {
    const options = { weights: weightsOf(graph), opset, outputs, everyValue, passes }
    const { valueOf } = emitted(graph, options).model
    const names = new Map([...valueOf].map(([id, name]) => [name, `#${id}`]))
    const session = await openModel(graph, options)
    for (const expectation of expectations) {
      const failure = await farOutput(session, names, expectation)
      if (failure !== undefined) return failure
    }
    await session.release()
    return undefined
  } catch (error) {
    return `threw ${error instanceof Error ? error.message : String(error)}`
  }
}

async function farOutput(
  session: Awaited<ReturnType<typeof openModel>>,
  names: ReadonlyMap<string, string>,
  { inputs, values, allowed }: Expectation,
): Promise<string | undefined> {
  const feeds = [...inputs].map(
    ([name, { shape, data }]) => [name, { shape, data: Float32Array.from(data) }] as const,
  )
  const given = await session.run(new Map(feeds))
  if (isProblem(given)) throw new Error(JSON.stringify(given))
  for (const [name, { shape, data }] of given) {
    const key = values.has(name) ? name : (names.get(name) ?? '')
    const value = values.get(key)
    if (value === undefined) return `${name} is unknown`
    const far = distance(value, { shape, data: Float64Array.from(data) }, 1e-2)
    const limit = allowed.get(key) ?? tolerance
    if (!(far <= limit)) return `${name} is ${far} off, ${limit} allowed`
  }
  return undefined
}

/** What kind of failure it is, without its particulars. */
export function kindOf(failure: string): string {
  return failure
    .replaceAll(/: \S+ is .* off/g, ': off')
    .replaceAll(/\d\S*/g, '#')
    .slice(0, 120)
}

/** Leaves out lines for as long as the case fails in the same way. */
export async function shrinkExport(one: ExportCase, failure: string): Promise<ExportCase> {
  const wanted = kindOf(failure)
  let least = one
  for (let isSmaller = true; isSmaller;) {
    isSmaller = false
    for (let at = least.lines.length - 1; at >= 0; at -= 1) {
      const candidate = { ...least, lines: least.lines.toSpliced(at, 1) }
      const found = await exportFailure(candidate)
      if (found === undefined || kindOf(found) !== wanted) continue
      ;[least, isSmaller] = [candidate, true]
    }
  }
  return least
}
