// A Weft graph as an ONNX graph: the nodes that the chosen outputs need, each through its entry of the table.
import { diagnose, DiagnosticBag, type Diagnostic } from '../../compiler/diagnostics/diagnostic.ts'
import type { Graph, GraphNode, NodeId } from '../../compiler/ir/graph.ts'
import type { TensorType } from '../../compiler/ir/tensor.ts'
import { reachOf } from '../../compiler/analysis/reach.ts'
import type { Weights } from '../../weights/weights.ts'
import { lowerWith } from '../backend.ts'
import { OnnxBuilder, Step } from './builder.ts'
import { onnxLowerings } from './lower/table.ts'
import type { OnnxGraph, OnnxValue } from './model.ts'
import { defaultOpset } from './opsets.ts'

export interface LoweringOptions {
  /** `inference`: the outputs that are not `aux`; `all`: every output. */
  readonly outputs: 'inference' | 'all'
  /** Default: 17, or the first that has every operator. */
  readonly opset: number | undefined
}

export type Lowering =
  | { readonly kind: 'lowered'; readonly graph: OnnxGraph }
  | { readonly kind: 'refused'; readonly diagnostics: readonly Diagnostic[] }

/** Lowers the graph; what the operator set cannot say is refused at the line that asks for it. */
export function lowerToOnnx(graph: Graph, weights: Weights, options: LoweringOptions): Lowering {
  const opset = options.opset ?? defaultOpset
  const builder = build(graph, weights, options.outputs, opset)
  if (builder.unsayable.length === 0) return { kind: 'lowered', graph: finished(builder, options.outputs) }
  if (options.opset === undefined && builder.neededOpset > opset)
    return lowerToOnnx(graph, weights, { ...options, opset: builder.neededOpset })
  const bag = new DiagnosticBag()
  for (const { node, problem } of builder.unsayable)
    bag.add(diagnose(problem, node.origin.span, { indices: node.origin.indices }))
  return { kind: 'refused', diagnostics: bag.list() }
}

const chosen = (graph: Graph, outputs: LoweringOptions['outputs']): Graph['outputs'] =>
  graph.outputs.filter((one) => outputs === 'all' || !one.aux)

function build(
  graph: Graph,
  weights: Weights,
  outputs: LoweringOptions['outputs'],
  opset: number,
): OnnxBuilder {
  const builder = new OnnxBuilder(graph, weights, opset, chosen(graph, outputs))
  for (const { name, node } of graph.inputs) builder.setValue(node, name)
  const reach = reachOf(graph)
  const reached = outputs === 'all' ? reach.training : reach.inference
  for (const node of graph.nodes) {
    if (node.op !== 'input' && reached[node.id] === true)
      builder.setValue(node.id, lowerWith(onnxLowerings, node, new Step(builder, node)))
  }
  return builder
}

function finished(builder: OnnxBuilder, outputs: LoweringOptions['outputs']): OnnxGraph {
  const { graph } = builder
  const typeOf = (id: NodeId): TensorType => builder.nodeAt(id).type
  const values = chosen(graph, outputs).map(({ name, node }): OnnxValue => {
    nameOutput(builder, name, builder.nodeAt(node))
    return { name, type: typeOf(node) }
  })
  const valueOf = builder.values()
  return {
    opset: builder.opset,
    nodes: builder.nodes,
    tensors: builder.tensors,
    inputs: graph.inputs.map(({ name, node }) => ({ name, type: typeOf(node) })),
    outputs: values,
    types: new Map([...valueOf].map(([id, name]) => [name, typeOf(id)])),
    valueOf,
  }
}

/** An output that is another tensor's value (an input, a table, one tensor under two names) gets its name by a copy. */
function nameOutput(builder: OnnxBuilder, name: string, node: GraphNode): void {
  const value = builder.valueOf(node.id)
  if (value === name) return
  const copy = { name: `${name}/output`, op: 'Identity', inputs: [value], outputs: [name] } as const
  builder.push({ ...copy, attributes: {}, origin: node.id })
}
