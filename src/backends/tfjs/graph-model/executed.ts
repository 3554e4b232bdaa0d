// What a graph model multiplies and adds when it runs once, by the Weft node that it computes: products that pick channels and filters that move
// them included.
import type { Diagnostic } from '../../../compiler/diagnostics/diagnostic.ts'
import type { Graph, NodeId } from '../../../compiler/ir/graph.ts'
import type { Weights } from '../../../weights/weights.ts'
import type { ExecutedModel } from '../../executed.ts'
import { lowerToGraphModel } from './lower.ts'
import { elementsOf, type TfGraph, type TfNode } from './model.ts'

/** Of the export of inference. */
export function executedGraphModel(
  graph: Graph,
  weights: Weights,
): ExecutedModel | { readonly diagnostics: readonly Diagnostic[] } {
  const lowering = lowerToGraphModel(graph, weights, 'inference')
  if (lowering.kind === 'refused') return lowering
  const model = lowering.graph
  const trained = model.blocks.filter(
    (block) => block.kind === 'parameter' && graph.parameters[block.parameter]?.buffer === false,
  )
  const numbers = trained.flatMap(({ tensors }) => tensors.map(({ dims }) => elementsOf(dims)))
  return { macs: executedMacs(model), weights: numbers.reduce((sum, one) => sum + one, 0) }
}

/** Multiply-accumulates of convolutions and matrix products for a batch of one. */
function executedMacs({ nodes, blocks }: TfGraph): ReadonlyMap<NodeId, number> {
  const dims = new Map(blocks.flatMap(({ tensors }) => tensors.map((one) => [one.name, one.dims] as const)))
  const macs = new Map<NodeId, number>()
  for (const node of nodes) {
    const given = node.inputs.map((name) => dims.get(name) ?? [])
    const settled = settledDims(node, given)
    dims.set(node.name, settled)
    macs.set(node.origin, (macs.get(node.origin) ?? 0) + macsOf(node, settled, given))
  }
  return macs
}

/** With the extent that has the batch in it: another view has as many elements, all else as many in a row as what it reads. */
function settledDims({ op, dims }: TfNode, given: readonly (readonly number[])[]): readonly number[] {
  const free = dims.indexOf(-1)
  if (free === -1) return dims
  if (op === 'Placeholder') return dims.with(free, 1)
  const rest = elementsOf(dims.toSpliced(free, 1))
  const [first = []] = given
  if (op === 'Reshape' || op === 'Transpose') return dims.with(free, elementsOf(first) / rest)
  return dims.with(free, first[free] ?? 1)
}

function macsOf(
  { op }: TfNode,
  dims: readonly number[],
  [x = [], y = []]: readonly (readonly number[])[],
): number {
  switch (op) {
    case 'Conv2D':
    case '_FusedConv2D':
      return elementsOf(dims) * elementsOf(y.slice(0, 3))
    case 'DepthwiseConv2dNative':
      return elementsOf(dims) * elementsOf(y.slice(0, 2))
    case 'MatMul':
    case '_FusedMatMul':
    case 'BatchMatMulV2':
      return elementsOf(dims) * (x.at(-1) ?? 1)
    default:
      return 0
  }
}
