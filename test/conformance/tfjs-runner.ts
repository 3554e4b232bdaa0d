// Runs a graph through the lowering table of TensorFlow.js, with its inputs in either order of axes, and differentiates it.
import { dispose, grads, mul, reshape, sum, tensor, tidy, type Tensor as Tf } from '@tensorflow/tfjs-core'
import { lowerWith } from '../../src/backends/backend.ts'
import { countOf, type Tensor } from '../../src/backends/reference/tensor.ts'
import { Activation } from '../../src/backends/tfjs/activation.ts'
import type { BackendName, Operands } from '../../src/backends/tfjs/operands.ts'
import { table } from '../../src/backends/tfjs/table.ts'
import type { Graph, GraphNode } from '../../src/compiler/ir/graph.ts'

/** The order of axes that the inputs are given in. */
export type Layout = 'channels first' | 'channels last'

export interface Setting {
  readonly backend: BackendName
  readonly layout: Layout
  readonly training?: Operands['training']
}

/** Numbers of the inputs by name and of the parameters by id. */
export interface Point {
  readonly inputs: ReadonlyMap<string, Tensor>
  readonly parameters: readonly Tensor[]
}

/** The values of the graph's outputs, by name. */
export function outputsAt(graph: Graph, point: Point, setting: Setting): Map<string, Tensor> {
  const tensors = tensorsOf(point)
  const shapes: (readonly number[])[] = []
  const flats = tidy(() => {
    const values = valuesOf(graph, point, tensors, setting)
    const outputs = graph.outputs.map(({ node }) => found(values, node))
    shapes.push(...outputs.map(({ shape }) => shape))
    return outputs.map(flat)
  })
  const entries = graph.outputs.map(({ name }, k): [string, Tensor] => [
    name,
    { shape: found(shapes, k), data: read(found(flats, k)).data },
  ])
  dispose([...flats, ...tensors])
  return new Map(entries)
}

/** The value of a graph's first output. */
export function valueAt(graph: Graph, point: Point, setting: Setting): Tensor {
  return found([...outputsAt(graph, point, setting).values()], 0)
}

/** Gradients of `Σ cotangent · y` with respect to each input, then each parameter; of buffers there is none. */
export function gradientsAt(
  graph: Graph,
  point: Point,
  cotangent: Tensor,
  setting: Setting,
): (Tensor | undefined)[] {
  const tensors = tensorsOf(point)
  const isLearned = tensors.map((_, k) => graph.parameters[k - point.inputs.size]?.buffer !== true)
  const learned = tensors.filter((_, k) => isLearned[k])
  const weights = tensor(Float32Array.from(cotangent.data))
  const gradients = tidy(() => {
    const loss = (...given: Tf[]): Tf => {
      const all = tensors.map((x, k) => (isLearned[k] ? found(given, learned.indexOf(x)) : x))
      return sum(mul(flat(outputOf(graph, point, all, setting)), weights))
    }
    return grads(loss)(learned)
  })
  const numbers = gradients.map(read)
  dispose([...gradients, weights, ...tensors])
  return tensors.map((x, k) => (isLearned[k] ? numbers[learned.indexOf(x)] : undefined))
}

function tensorsOf({ inputs, parameters }: Point): Tf[] {
  return [...inputs.values(), ...parameters].map(({ shape, data }) =>
    tensor(Float32Array.from(data), [...shape]),
  )
}

function read(x: Tf): Tensor {
  return { shape: x.shape, data: Float64Array.from(x.dataSync()) }
}

function outputOf(graph: Graph, point: Point, given: readonly Tf[], setting: Setting): Activation {
  return found(valuesOf(graph, point, given, setting), graph.outputs[0]?.node ?? -1)
}

/** By node. */
function valuesOf(graph: Graph, point: Point, given: readonly Tf[], setting: Setting): Activation[] {
  const names = [...point.inputs.keys()]
  const batch = given[0]?.shape[0] ?? 1
  const values: Activation[] = []
  for (const node of graph.nodes) {
    const inputs = node.inputs.map((id) => found(values, id))
    const own = graph.inputs.find((one) => one.node === node.id)
    if (own !== undefined) inputs.push(laid(found(given, names.indexOf(own.name)), setting.layout))
    const parameters = node.parameters.map((id) => found(given, names.length + id))
    values.push(lowerWith(table, node, operandsOf(node, batch, inputs, parameters, setting)))
  }
  return values
}

/** A new tensor, also where the output is an input; flat, since wasm computes nothing of rank 7 and more. */
function flat(output: Activation): Tf {
  return mul(reshape(output.first(), [-1]), 1)
}

function operandsOf(
  node: GraphNode,
  batch: number,
  inputs: readonly Activation[],
  parameters: readonly Tf[],
  { backend, training }: Setting,
): Operands {
  const extents = node.type.shape.map(fixed)
  return {
    inputs,
    parameters,
    shape: node.type.batched ? [batch, ...extents] : extents,
    lead: node.type.batched ? 1 : 0,
    extentOf: fixed,
    backend,
    ...(training === undefined ? {} : { training }),
  }
}

function laid(x: Tf, layout: Layout): Activation {
  const first = Activation.first(x)
  return layout === 'channels first' ? first : Activation.last(first.last())
}

function fixed(dim: unknown): number {
  if (typeof dim !== 'number') throw new Error('cases have fixed extents')
  return dim
}

function found<T>(list: readonly T[], position: number): T {
  const one = list[position]
  if (one === undefined) throw new Error(`there is nothing at ${position}`)
  return one
}

export function dot(a: Tensor, b: Tensor): number {
  return a.data.reduce((all, value, k) => all + value * (b.data[k] ?? NaN), 0)
}

export function norm(a: Tensor): number {
  return Math.sqrt(dot(a, a))
}

export function sized(shape: readonly number[], rule: (position: number) => number): Tensor {
  return { shape, data: Float64Array.from({ length: countOf(shape) }, (_, k) => rule(k)) }
}
