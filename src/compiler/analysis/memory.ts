// Static memory of a graph, by a simple definition that is exact for itself. What a framework allocates differs: it frees late,
// rounds up, keeps workspaces and may save less or more for the backward pass. All tensors are float32.
import type { Graph, GraphNode, ParameterId } from '../ir/graph.ts'
import type { Shape } from '../ir/tensor.ts'
import { elementCount, parameterAt } from './cost.ts'
import { reachOf } from './reach.ts'

const bytesPerElement = 4

/** Undefined where an extent is symbolic. Masked weights are stored densely and count in full. */
export interface MemoryReport {
  readonly weightBytes: number
  readonly activationBytes: number | undefined
  readonly totalBytes: number | undefined
}

/**
 * Inference: the weights and buffers that the outputs without `aux` need, plus the largest sum of live activations while the
 * operators run in the graph's order. A result lives from its operator to its last use, outputs and inputs to the end;
 * an operator's inputs and its result are live together. No result shares its input's memory.
 */
export function inferenceMemory(graph: Graph, batch: number): MemoryReport {
  const reached = reachOf(graph).inference
  const nodes = graph.nodes.filter((node) => reached[node.id] === true)
  const weightBytes = bytesOfParameters(graph, new Set(nodes.flatMap((node) => node.parameters)))
  return memoryReport(weightBytes, livenessPeak(graph, nodes, batch))
}

/**
 * Training: weights, their gradients and one momentum buffer, buffers once, plus every result that an output needs
 * (all are taken as saved for the backward pass). Gradients of activations are not counted.
 */
export function trainingMemory(graph: Graph, batch: number): MemoryReport {
  const reached = reachOf(graph).training
  const trained = graph.parameters.filter((one) => !one.buffer).map((one) => one.id)
  const buffers = graph.parameters.filter((one) => one.buffer).map((one) => one.id)
  const weightBytes = 3 * bytesOfParameters(graph, trained) + bytesOfParameters(graph, buffers)
  const nodes = graph.nodes.filter((node) => reached[node.id] === true)
  const activations = nodes.reduce(
    (sum, node) => plus(sum, activationBytes(node, batch)),
    0 as number | undefined,
  )
  return memoryReport(weightBytes, activations)
}

function memoryReport(weightBytes: number, activations: number | undefined): MemoryReport {
  return { weightBytes, activationBytes: activations, totalBytes: plus(weightBytes, activations) }
}

function bytesOfParameters(graph: Graph, ids: Iterable<ParameterId>): number {
  let bytes = 0
  for (const id of ids) bytes += elementCount(parameterAt(graph, id).shape) * bytesPerElement
  return bytes
}

/** A learned table is its parameter: it has no activation of its own. */
export function activationBytes(node: GraphNode, batch: number): number | undefined {
  if (node.inputs.length === 0 && node.parameters.length > 0) return 0
  const elements = concreteElements(node.type.shape)
  return elements === undefined ? undefined : elements * bytesPerElement * (node.type.batched ? batch : 1)
}

function concreteElements(shape: Shape): number | undefined {
  let product = 1
  for (const dim of shape) {
    if (typeof dim !== 'number') return undefined
    product *= dim
  }
  return product
}

function livenessPeak(graph: Graph, nodes: readonly GraphNode[], batch: number): number | undefined {
  const lastUse = lastUses(graph, nodes)
  const bytes = new Map(nodes.map((node) => [node.id, activationBytes(node, batch)]))
  let live: number | undefined = 0
  let peak: number | undefined = 0
  for (const node of nodes) {
    live = plus(live, bytes.get(node.id))
    if (live === undefined || peak === undefined) return undefined
    peak = Math.max(peak, live)
    for (const input of new Set(node.inputs))
      if (lastUse.get(input) === node.id) live -= bytes.get(input) ?? 0
    // Nothing reads it and it is no output: it dies at once.
    if (!lastUse.has(node.id)) live -= bytes.get(node.id) ?? 0
  }
  return peak
}

/** By node id: the last node that reads it; `Infinity` for what lives to the end. */
function lastUses(graph: Graph, nodes: readonly GraphNode[]): Map<number, number> {
  const last = new Map<number, number>()
  for (const node of nodes) for (const input of node.inputs) last.set(input, node.id)
  for (const kept of [...graph.outputs.filter((one) => !one.aux), ...graph.inputs])
    last.set(kept.node, Infinity)
  return last
}

function plus(a: number | undefined, b: number | undefined): number | undefined {
  return a === undefined || b === undefined ? undefined : a + b
}
