// A graph as a TensorFlow.js model: its parameters as variables, its nodes run one after the other on the current backend. What it computes
// can be differentiated, on every backend.
import {
  dispose,
  tensor,
  tidy,
  variable,
  variableGrads,
  type Scalar,
  type Tensor,
  type Variable,
} from '@tensorflow/tfjs-core'
import { reachOf } from '../../compiler/analysis/reach.ts'
import { isProblem, type Problem } from '../../compiler/diagnostics/diagnostic.ts'
import type { Graph, GraphNode, NodeId } from '../../compiler/ir/graph.ts'
import type { Numbers, Weights } from '../../weights/weights.ts'
import { lowerWith } from '../backend.ts'
import { extentOf, settleSizes, type Sizes } from '../sizes.ts'
import { Activation } from './activation.ts'
import { countOf } from './kernels/views.ts'
import { parameter } from './lower/given.ts'
import type { BackendName, Operands } from './operands.ts'
import { shareCopies } from './shared-copies.ts'
import {
  computedUnit,
  createPickedUnits,
  type Connections,
  type PickedUnit,
  type PickedUnits,
} from './picked-units.ts'
import { requireGradients } from './stock-gradients.ts'
import { table } from './table.ts'
import { unitsOf } from './units.ts'

export interface RunOptions {
  /** `inference` (default): the outputs that are not aux. */
  readonly outputs?: 'inference' | 'all'
  /** Present: dropout drops and noise is added, by this seed; batch norm reads the batch's statistics and moves the running ones. */
  readonly training?: {
    readonly seed: number
    /** Of masked weights whose other connections are 0, and get no gradient: only these are computed where that takes less time. */
    readonly connections?: Connections
  }
}

export interface TfjsModel {
  readonly graph: Graph
  readonly backend: BackendName
  /** By parameter path, in the parameter's own shape; buffers (running statistics) are not trainable. */
  readonly variables: ReadonlyMap<string, Variable>
  /**
   * The outputs by name on inputs of shape `[N, C, …]`. To be called inside `tidy`; can be differentiated. What does not fit the inputs
   * throws: `predict` gives it as a problem.
   */
  run(inputs: ReadonlyMap<string, Tensor>, options?: RunOptions): Map<string, Activation>
  /** Inference on tensors of shape `[N, C, …]` by name; the outputs are the caller's to dispose. */
  predict(inputs: Readonly<Record<string, Tensor>>): Record<string, Tensor> | Problem
  /** The value of a loss of all outputs, and its gradients by parameter path; the caller's to dispose. */
  gradients(
    inputs: Readonly<Record<string, Tensor>>,
    loss: (outputs: Readonly<Record<string, Tensor>>) => Scalar,
    training?: RunOptions['training'],
  ): { readonly value: Scalar; readonly gradients: Record<string, Tensor> }
  /** The numbers as they are now, for what asks for a graph's weights. */
  weights(): Weights
  /** Other numbers for all variables; a problem leaves them as they were. */
  assign(weights: Weights): Problem | undefined
  dispose(): void
}

/** Makes the variables on the current backend, which `backend` names: some operators take another form on each. */
export function createModel(
  graph: Graph,
  weights: Weights,
  { backend }: { readonly backend: BackendName },
): TfjsModel | Problem {
  requireGradients()
  shareCopies()
  const numbers = numbersOf(graph, weights)
  if (isProblem(numbers)) return numbers
  const variables = new Map(
    graph.parameters.map(({ path, shape, buffer }) => [
      path,
      tidy(() => variable(tensor(single(numbers.get(path)), [...shape]), !buffer)),
    ]),
  )
  const picked = createPickedUnits(graph)
  const owner: Owner = { graph, backend, variables, picked }
  const run = (inputs: ReadonlyMap<string, Tensor>, options: RunOptions = {}): Map<string, Activation> =>
    runGraph(owner, inputs, options)
  return {
    graph,
    backend,
    variables,
    run,
    predict: (inputs) => predict(owner, inputs),
    gradients: (inputs, loss, training) => gradients(owner, inputs, loss, training),
    weights: () => ({ numbersOf: ({ path }) => read(variables.get(path)) }),
    assign: (other) => assign(owner, other),
    dispose: () => {
      for (const one of variables.values()) one.dispose()
      picked.dispose()
    },
  }
}

interface Owner extends Pick<TfjsModel, 'graph' | 'backend' | 'variables'> {
  readonly picked: PickedUnits
}

function numbersOf({ parameters }: Graph, weights: Weights): ReadonlyMap<string, Numbers> | Problem {
  const found = new Map<string, Numbers>()
  for (const parameter of parameters) {
    const numbers = weights.numbersOf(parameter)
    if (isProblem(numbers)) return numbers
    found.set(parameter.path, numbers)
  }
  return found
}

function single(numbers: Numbers | undefined): Float32Array {
  if (numbers === undefined) throw new Error('a parameter has no numbers')
  return numbers instanceof Float32Array ? numbers : Float32Array.from(numbers)
}

function read(found: Variable | undefined): Float32Array {
  if (found === undefined) throw new Error('the parameter is of another graph')
  return Float32Array.from(found.dataSync())
}

function assign({ graph, variables }: Owner, weights: Weights): Problem | undefined {
  const numbers = numbersOf(graph, weights)
  if (isProblem(numbers)) return numbers
  for (const [path, one] of variables) tidy(() => one.assign(tensor(single(numbers.get(path)), one.shape)))
  return undefined
}

function predict(owner: Owner, inputs: Readonly<Record<string, Tensor>>): Record<string, Tensor> | Problem {
  const given = new Map(Object.entries(inputs))
  const sizes = settleSizes(owner.graph, given)
  if (isProblem(sizes)) return sizes
  return tidy(() => firstForms(runGraph(owner, given, {})))
}

const firstForms = (outputs: ReadonlyMap<string, Activation>): Record<string, Tensor> =>
  Object.fromEntries([...outputs].map(([name, value]) => [name, value.first()]))

function gradients(
  owner: Owner,
  inputs: Readonly<Record<string, Tensor>>,
  loss: (outputs: Readonly<Record<string, Tensor>>) => Scalar,
  training: RunOptions['training'],
): { readonly value: Scalar; readonly gradients: Record<string, Tensor> } {
  const options: RunOptions = { outputs: 'all', ...(training === undefined ? {} : { training }) }
  const trainable = [...owner.variables].filter(([, one]) => one.trainable)
  const { value, grads } = variableGrads(
    () => loss(firstForms(runGraph(owner, new Map(Object.entries(inputs)), options))),
    trainable.map(([, one]) => one),
  )
  const found = trainable.flatMap(([path, { name }]) => {
    const gradient = grads[name]
    return gradient === undefined || gradient === null ? [] : [[path, gradient] as const]
  })
  return { value, gradients: Object.fromEntries(found) }
}

// ---------------------------------------------------------------- running

interface Run extends Owner {
  readonly inputs: ReadonlyMap<string, Tensor>
  readonly sizes: Sizes
  readonly options: RunOptions
  readonly values: Map<NodeId, Activation>
  /** Nodes with a trained parameter before them. */
  readonly trained: ReadonlySet<NodeId>
  /** By their convolution. */
  readonly units: ReadonlyMap<NodeId, PickedUnit>
}

function runGraph(
  owner: Owner,
  inputs: ReadonlyMap<string, Tensor>,
  options: RunOptions,
): Map<string, Activation> {
  const { graph } = owner
  const sizes = settleSizes(graph, inputs)
  if (isProblem(sizes)) throw new Error(`the inputs do not fit \`${graph.network}\`: ${sizes.name}`)
  const reached = reachOf(graph)[options.outputs === 'all' ? 'training' : 'inference']
  const outputs = graph.outputs.filter(({ aux }) => options.outputs === 'all' || !aux)
  const trained = afterParameters(graph)
  const kept = new Set(outputs.map(({ node }) => node))
  const units = owner.picked.among(
    unitsOf(graph, reached, [...kept]).filter(({ node }) => trained.has(node.id)),
    options.training?.connections ?? new Map(),
    ({ node }) => sizes.batch * countOf(node.type.shape.slice(1).map((dim) => extentOf(dim, sizes.symbols))),
  )
  const run: Run = { ...owner, inputs, sizes, options, values: new Map(), trained, units }
  const steps = stepsOf(graph, reached, units)
  // A value goes after its last reader. Gradients keep what they read themselves.
  const last = new Map(steps.flatMap(({ node, reads }) => reads.map((id) => [id, node.id] as const)))
  for (const { node, reads } of steps) {
    run.values.set(node.id, valueOf({ node, reads }, run))
    for (const id of new Set(reads)) if (last.get(id) === node.id && !kept.has(id)) free(id, run)
  }
  return new Map(outputs.map(({ name, node }) => [name, found(run.values, node)]))
}

/** Nodes with a parameter somewhere before them, their own not counted. */
function afterParameters({ nodes }: Graph): ReadonlySet<NodeId> {
  const after = new Set<NodeId>()
  const isTrained = (id: NodeId): boolean => after.has(id) || (nodes[id]?.parameters.length ?? 0) > 0
  for (const { id, inputs } of nodes) if (inputs.some(isTrained)) after.add(id)
  return after
}

/** A node that is computed, and what of. */
interface Step {
  readonly node: GraphNode
  readonly reads: readonly NodeId[]
}

/** In order, without what units absorb. */
function stepsOf(
  { nodes }: Graph,
  reached: readonly boolean[],
  units: ReadonlyMap<NodeId, PickedUnit>,
): Step[] {
  const absorbed = new Set([...units.values()].flatMap(({ unit }) => unit.absorbed))
  return nodes
    .filter(({ id }) => reached[id] === true && !absorbed.has(id))
    .map((node) => ({ node, reads: units.get(node.id)?.unit.sources ?? node.inputs }))
}

/** Temporaries are freed with the node; forms of its inputs that it made live as long as they do. */
function valueOf({ node, reads }: Step, run: Run): Activation {
  const inputs = node.op === 'input' ? [inputOf(node, run)] : reads.map((id) => found(run.values, id))
  const unit = run.units.get(node.id)
  const made: Activation[] = []
  tidy(() => {
    const operands = operandsOf(node, inputs, run)
    made.push(unit === undefined ? lowerWith(table, node, operands) : valueOfUnit(unit, operands))
    return [...made, ...inputs].flatMap((one) => one.tensors())
  })
  const [value] = made
  if (value === undefined) throw new Error(`${node.origin.path} gave no value`)
  return value
}

function valueOfUnit(unit: PickedUnit, { inputs, parameters, shape }: Operands): Activation {
  return computedUnit(unit, { sources: inputs, weight: parameter(parameters, 0), bias: parameters[1], shape })
}

function operandsOf(node: GraphNode, inputs: readonly Activation[], run: Run): Operands {
  const { batch, symbols } = run.sizes
  const { batched, shape } = node.type
  const extents = shape.map((dim) => extentOf(dim, symbols))
  const { training } = run.options
  return {
    inputs,
    parameters: node.parameters.map((id) => variableOf(id, run)),
    shape: batched ? [batch, ...extents] : extents,
    lead: batched ? 1 : 0,
    extentOf: (dim) => extentOf(dim, symbols),
    backend: run.backend,
    ...(training === undefined
      ? {}
      : { training: { ...training, moved: moverOf(node, run), isFirst: !run.trained.has(node.id) } }),
  }
}

/** Puts a new value in a buffer of a node. */
function moverOf({ parameters }: GraphNode, run: Run): (position: number, value: Tensor) => void {
  return (position, value) => {
    variableOf(parameters[position] ?? -1, run).assign(value)
  }
}

function inputOf(node: GraphNode, { graph, inputs }: Run): Activation {
  const name = graph.inputs.find((one) => one.node === node.id)?.name ?? ''
  const given = inputs.get(name)
  if (given === undefined) throw new Error(`the input ${name} is missing`)
  return Activation.first(given)
}

function variableOf(id: number, { graph, variables }: Run): Variable {
  const one = variables.get(graph.parameters[id]?.path ?? '')
  if (one === undefined) throw new Error(`parameter ${id} has no variable`)
  return one
}

function found(values: ReadonlyMap<NodeId, Activation>, id: NodeId): Activation {
  const value = values.get(id)
  if (value === undefined) throw new Error(`node ${id} has no value`)
  return value
}

/** Disposes of the tensors of a value, those left out that belong to a caller, to a variable or to another value that is alive. */
function free(id: NodeId, { values, inputs, variables }: Run): void {
  const tensors = found(values, id).tensors()
  values.delete(id)
  const shared = new Set<Tensor>([
    ...inputs.values(),
    ...variables.values(),
    ...[...values.values()].flatMap((value) => value.tensors()),
  ])
  for (const one of tensors) if (!shared.has(one)) dispose(one)
}
