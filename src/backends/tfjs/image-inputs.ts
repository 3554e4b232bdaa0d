// The channels of an image, dealt out to the inputs of a network: each takes as many as it has, in the order in which they are declared.
import { slice, type Tensor } from '@tensorflow/tfjs-core'
import type { Graph } from '../../compiler/ir/graph.ts'

/** Channels of each input, in order; 0 where the extent is free. */
export const channelsByInput = ({ inputs, nodes }: Graph): readonly number[] =>
  inputs.map(({ node }) => {
    const [channels] = nodes[node]?.type.shape ?? []
    return typeof channels === 'number' ? channels : 0
  })

/** `images` is `[N, C, …]`, C the channels of all inputs together. Inside `tidy`. */
export function imageInputs(graph: Graph, images: Tensor): ReadonlyMap<string, Tensor> {
  const counts = channelsByInput(graph)
  if (counts.length === 1) return new Map(graph.inputs.map(({ name }) => [name, images]))
  let first = 0
  return new Map(
    graph.inputs.map(({ name }, k) => {
      const count = counts[k] ?? 0
      const begin = [0, first, ...images.shape.slice(2).map(() => 0)]
      const size = [images.shape[0] ?? 1, count, ...images.shape.slice(2)]
      first += count
      return [name, slice(images, begin, size)]
    }),
  )
}
