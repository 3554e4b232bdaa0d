// Runs a graph in double precision, one node after the other: the values that every backend is measured against, and the way to run a small
// model without a runtime. Inference only: dropout and noise are the identity, batch norm reads its running statistics.
import { reachOf } from '../../compiler/analysis/reach.ts'
import { isProblem, type Problem } from '../../compiler/diagnostics/diagnostic.ts'
import type { Graph, GraphNode, NodeId, ParameterId } from '../../compiler/ir/graph.ts'
import type { Weights } from '../../weights/weights.ts'
import { lowerWith } from '../backend.ts'
import { extentOf, settleSizes, type Given, type Sizes } from '../sizes.ts'
import { table } from './table.ts'
import type { Tensor } from './tensor.ts'

/** `inference` (default) evaluates only what outputs that are not aux need; `all` every output. */
export interface StepOptions {
  readonly outputs?: 'inference' | 'all'
  /** What takes the place of each value: shows how far a small difference goes. */
  readonly disturb?: (value: Tensor, node: GraphNode, inputs: readonly Tensor[]) => Tensor
}

export interface EvaluateOptions extends StepOptions {
  /** Called after each node with its value, in order. */
  readonly onNode?: (node: GraphNode, value: Tensor) => void
}

/** The outputs by name, in declared order; or the problem that an input or a weight had. */
export type Evaluation = Map<string, Tensor> | Problem

/** A node with its value. */
export interface Step {
  readonly node: GraphNode
  readonly value: Tensor
}

/** Runs a graph on inputs by name, of shape `[N, C, …]`. */
export function evaluate(
  graph: Graph,
  weights: Weights,
  inputs: ReadonlyMap<string, Tensor>,
  { onNode, ...options }: EvaluateOptions = {},
): Evaluation {
  const steps = evaluateSteps(graph, weights, inputs, options)
  for (;;) {
    const { value, done } = steps.next()
    if (done) return value
    onNode?.(value.node, value.value)
  }
}

/** The same one node at a time, for callers that have to wait for something in between. */
export function* evaluateSteps(
  graph: Graph,
  weights: Weights,
  inputs: ReadonlyMap<string, Tensor>,
  options: StepOptions = {},
): Generator<Step, Evaluation, undefined> {
  const sizes = settleSizes(graph, counted(inputs))
  if (isProblem(sizes)) return sizes
  const outputs = graph.outputs.filter(({ aux }) => options.outputs === 'all' || !aux)
  const reached = reachOf(graph)[options.outputs === 'all' ? 'training' : 'inference']
  const readers = lastReaders(graph, reached)
  const last = new Set(outputs.map(({ node }) => node))
  const run: Run = { graph, weights, inputs, sizes, values: new Map() }
  for (const node of graph.nodes.filter(({ id }) => reached[id])) {
    const exact = valueOf(node, run)
    if (isProblem(exact)) return exact
    const value = options.disturb?.(exact, node, inputsOf(node, run)) ?? exact
    run.values.set(node.id, value)
    for (const id of node.inputs) if (readers[id] === node.id && !last.has(id)) run.values.delete(id)
    yield { node, value }
  }
  return new Map(outputs.map(({ name, node }) => [name, found(run.values, node)]))
}

const counted = (inputs: ReadonlyMap<string, Tensor>): Map<string, Given> =>
  new Map([...inputs].map(([name, { shape, data }]) => [name, { shape, count: data.length }]))

/** By node id: the last node that reads it. Its value is dropped then, so that memory is that of the values alive. */
function lastReaders(graph: Graph, reached: readonly boolean[]): readonly (NodeId | undefined)[] {
  const readers = Array<NodeId | undefined>(graph.nodes.length).fill(undefined)
  for (const node of graph.nodes) if (reached[node.id]) for (const id of node.inputs) readers[id] = node.id
  return readers
}

interface Run {
  readonly graph: Graph
  readonly weights: Weights
  readonly inputs: ReadonlyMap<string, Tensor>
  readonly sizes: Sizes
  /** What later nodes or the outputs read. */
  readonly values: Map<NodeId, Tensor>
}

function valueOf(node: GraphNode, run: Run): Tensor | Problem {
  const parameters: Float64Array[] = []
  for (const id of node.parameters) {
    const numbers = numbersOf(id, run)
    if (isProblem(numbers)) return numbers
    parameters.push(numbers)
  }
  const { batch, symbols } = run.sizes
  const extents = node.type.shape.map((dim) => extentOf(dim, symbols))
  const value = lowerWith(table, node, {
    inputs: inputsOf(node, run),
    parameters,
    shape: node.type.batched ? [batch, ...extents] : extents,
    lead: node.type.batched ? 1 : 0,
    extentOf: (dim) => extentOf(dim, symbols),
  })
  checkShape(node, value, extents)
  return value
}

function inputsOf(node: GraphNode, { graph, inputs, values }: Run): readonly Tensor[] {
  if (node.op !== 'input') return node.inputs.map((id) => found(values, id))
  return graph.inputs.filter((one) => one.node === node.id).map(({ name }) => found(inputs, name))
}

function numbersOf(id: ParameterId, { graph, weights }: Run): Float64Array | Problem {
  const parameter = graph.parameters[id]
  if (parameter === undefined) throw new Error(`there is no parameter ${id}`)
  const numbers = weights.numbersOf(parameter)
  return numbers instanceof Float32Array ? Float64Array.from(numbers) : numbers
}

function found<K, V>(values: ReadonlyMap<K, V>, key: K): V {
  const value = values.get(key)
  if (value === undefined) throw new Error(`the value of ${String(key)} is not there`)
  return value
}

/** A kernel and the compiler's shape rule have to agree. */
function checkShape(node: GraphNode, { shape, data }: Tensor, extents: readonly number[]): void {
  const own = node.type.batched ? shape.slice(1) : shape
  const count = shape.reduce((all, extent) => all * extent, 1)
  if (own.join() !== extents.join() || data.length !== count)
    throw new Error(`${node.origin.path} gave ${own.join('×')}, inferred is ${extents.join('×')}`)
}
