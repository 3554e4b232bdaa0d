// What an ONNX model multiplies and adds when it runs once, by the Weft node that it computes: zeros of masks where they are still there,
// transforms that passes bring along, and nothing that a runtime works out when it opens the file.
import type { Diagnostic } from '../../compiler/diagnostics/diagnostic.ts'
import type { Graph, NodeId } from '../../compiler/ir/graph.ts'
import type { Dim } from '../../compiler/ir/tensor.ts'
import type { Weights } from '../../weights/weights.ts'
import type { ExecutedModel } from '../executed.ts'
import { lowerToOnnx } from './lower.ts'
import type { OnnxGraph, OnnxNode } from './model.ts'
import { defaultOnnxPasses, runOnnxPasses } from './passes/pipeline.ts'
import { valueTypes } from './value-types.ts'

type ShapeOf = (name: string) => readonly number[] | undefined

/** Of the export of inference with the passes that are on by default. */
export function executedModel(
  graph: Graph,
  weights: Weights,
): ExecutedModel | { readonly diagnostics: readonly Diagnostic[] } {
  const lowering = lowerToOnnx(graph, weights, { outputs: 'inference', opset: undefined })
  if (lowering.kind === 'refused') return lowering
  const model = runOnnxPasses(lowering.graph, graph, defaultOnnxPasses)
  const trained = model.tensors.filter(
    ({ content }) => content.kind === 'parameter' && graph.parameters[content.parameter]?.buffer === false,
  )
  return { macs: executedMacs(model), weights: trained.reduce((sum, { shape }) => sum + product(shape), 0) }
}

/** Multiply-accumulates of convolutions and matrix products for a batch of one; undefined for a node with an extent that is free. */
export function executedMacs(model: OnnxGraph): ReadonlyMap<NodeId, number | undefined> {
  const shapeOf = shapesOf(model)
  const constant = new Set(model.tensors.map(({ name }) => name))
  const macs = new Map<NodeId, number | undefined>()
  for (const node of model.nodes) {
    if (node.inputs.every((name) => name === '' || constant.has(name)))
      for (const output of node.outputs) constant.add(output)
    else add(macs, node.origin, macsOf(node, shapeOf))
  }
  return macs
}

function add(macs: Map<NodeId, number | undefined>, id: NodeId, more: number | undefined): void {
  const before = macs.has(id) ? macs.get(id) : 0
  macs.set(id, before === undefined || more === undefined ? undefined : before + more)
}

function shapesOf(model: OnnxGraph): ShapeOf {
  const types = valueTypes(model, 1)
  const tensors = new Map(model.tensors.map(({ name, shape }) => [name, shape]))
  return (name) => known(tensors.get(name) ?? types.get(name)?.shape)
}

function known(shape: readonly (Dim | undefined)[] | undefined): readonly number[] | undefined {
  const numbers = shape?.filter((extent) => typeof extent === 'number')
  return numbers?.length === shape?.length ? numbers : undefined
}

function macsOf({ op, inputs, outputs }: OnnxNode, shapeOf: ShapeOf): number | undefined {
  const [x = '', y = ''] = inputs
  switch (op) {
    case 'Conv':
      return uses(shapeOf(outputs[0] ?? ''), shapeOf(y), 1)
    case 'ConvTranspose':
      return uses(shapeOf(x), shapeOf(y), 1)
    case 'MatMul':
      return uses(shapeOf(outputs[0] ?? ''), shapeOf(x)?.slice(-1), 0)
    default:
      return 0
  }
}

const product = (extents: readonly number[]): number => extents.reduce((all, extent) => all * extent, 1)

/** Each of the values meets as many weights: those beyond the first `from` axes. */
function uses(
  values: readonly number[] | undefined,
  weights: readonly number[] | undefined,
  from: number,
): number | undefined {
  return values === undefined || weights === undefined
    ? undefined
    : product(values) * product(weights.slice(from))
}
