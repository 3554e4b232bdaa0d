// Invariants of a graph: order, types that re-inference confirms, parameters as their operators declare them, unique paths.
import { isProblem } from '../diagnostics/diagnostic.ts'
import type { ParameterSpec } from '../ops/op.ts'
import { primitiveOf } from '../ops/registry.ts'
import type { Graph, GraphNode, NodeId } from './graph.ts'
import { equalShapes, formatShape, type TensorType } from './tensor.ts'

/**
 * Throws, naming the step that left the graph so, when an invariant does not hold. `before` is the verified graph that the step began
 * with: operators that it kept, with parameters of the same shapes, need no second proof.
 */
export function verify(graph: Graph, step: string, before?: Graph): void {
  if (graph === before) return
  const fail = (what: string): never => {
    throw new Error(`after ${step}: ${what}`)
  }
  if (before === undefined || !sameOperators(graph, before)) {
    graph.nodes.forEach((node, position) => verifyNode(graph, node, position, fail))
    verifyPaths(graph, fail)
  }
  verifyParameters(graph, fail)
  verifyReferences(graph, fail)
}

type Fail = (what: string) => never

function sameOperators(graph: Graph, before: Graph): boolean {
  const { nodes, parameters } = graph
  if (nodes !== before.nodes || parameters.length !== before.parameters.length) return false
  return parameters.every(
    ({ shape, path }, id) => shape === before.parameters[id]?.shape && path === before.parameters[id].path,
  )
}

function verifyNode(graph: Graph, node: GraphNode, position: number, fail: Fail): void {
  const { path } = node.origin
  if (node.id !== position) fail(`${path} has id ${node.id} at position ${position}`)
  const inputs = node.inputs.map((id): TensorType => {
    const before = id < position ? graph.nodes[id] : undefined
    return before === undefined ? fail(`${path} reads node ${id}, which is not before it`) : before.type
  })
  const inferred = primitiveOf(node.op).infer({ attributes: node.attributes, inputs })
  if (isProblem(inferred)) fail(`${path} is refused by ${node.op}: ${inferred.name}`)
  else {
    const { output } = inferred
    if (!equalShapes(output.shape, node.type.shape) || output.batched !== node.type.batched) {
      fail(`${path} is ${formatShape(node.type.shape)}, its operator gives ${formatShape(output.shape)}`)
    }
    verifyNodeParameters(graph, node, inferred.parameters, fail)
  }
}

function verifyNodeParameters(
  graph: Graph,
  node: GraphNode,
  specs: readonly ParameterSpec[],
  fail: Fail,
): void {
  if (specs.length !== node.parameters.length)
    fail(`${node.origin.path} has ${node.parameters.length} parameters, not ${specs.length}`)
  specs.forEach((spec, k) => {
    const parameter = graph.parameters[node.parameters[k] ?? -1]
    if (parameter === undefined || !equalShapes(parameter.shape, spec.shape))
      fail(`${node.origin.path} has a wrong ${spec.name}`)
  })
}

function verifyPaths({ parameters }: Graph, fail: Fail): void {
  const paths = new Set<string>()
  for (const { path } of parameters) {
    if (paths.has(path)) fail(`two parameters are called ${path}`)
    paths.add(path)
  }
}

function verifyParameters({ parameters }: Graph, fail: Fail): void {
  parameters.forEach(({ id, path, mask }, position) => {
    if (id !== position) fail(`parameter ${path} has id ${id} at position ${position}`)
    if (mask !== undefined && !(mask.kept >= 0 && mask.kept <= mask.total))
      fail(`${path} keeps ${mask.kept} of ${mask.total}`)
  })
}

function verifyReferences(graph: Graph, fail: Fail): void {
  const known = (id: NodeId, what: string): void => {
    if (graph.nodes[id] === undefined) fail(`${what} refers to node ${id}, which does not exist`)
  }
  for (const one of graph.inputs) known(one.node, `input ${one.name}`)
  for (const one of graph.outputs) known(one.node, `output ${one.name}`)
  for (const { name, levels } of graph.backbones)
    for (const level of levels) known(level.node, `level of ${name}`)
  for (const { path, nodes } of graph.kept) for (const node of nodes) known(node, `kept ${path}`)
  for (const { name, nodes } of graph.fusions) for (const one of nodes) known(one.node, `node of ${name}`)
}
