// Inputs for runs that only compare or time: noise that depends on a seed alone.
import type { Tensor } from '../backends/reference/tensor.ts'
import type { Graph } from '../compiler/ir/graph.ts'
import { formatShape } from '../compiler/ir/tensor.ts'
import type { RuntimeTensor } from './onnx-runtime.ts'

/** Uniform in [-1, 1), from the fraction of a large multiple of a sine. */
export function noise(count: number, seed: number): Float32Array {
  return Float32Array.from({ length: count }, (_, at) => {
    const large = Math.sin(at * 12.9898 + seed * 78.233) * 43758.5453
    return 2 * (large - Math.floor(large)) - 1
  })
}

/** One noisy tensor for each input of a graph with known extents, for both sides of a comparison. */
export function noiseInputs(
  graph: Graph,
  seed: number,
  batch = 1,
): {
  readonly reference: ReadonlyMap<string, Tensor>
  readonly runtime: ReadonlyMap<string, RuntimeTensor>
} {
  const runtime = graph.inputs.map(({ name, node }, at): [string, RuntimeTensor] => {
    const shape = [batch, ...knownExtents(graph, node)]
    return [
      name,
      {
        shape,
        data: noise(
          shape.reduce((all, one) => all * one, 1),
          seed + at,
        ),
      },
    ]
  })
  const reference = runtime.map(([name, { shape, data }]): [string, Tensor] => [
    name,
    { shape, data: Float64Array.from(data) },
  ])
  return { reference: new Map(reference), runtime: new Map(runtime) }
}

function knownExtents(graph: Graph, node: number): number[] {
  const shape = graph.nodes[node]?.type.shape ?? []
  const known = shape.filter((extent) => typeof extent === 'number')
  if (known.length !== shape.length) throw new Error(`the extents ${formatShape(shape)} are not known`)
  return known
}
