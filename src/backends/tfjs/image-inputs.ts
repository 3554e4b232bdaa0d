// The channels of an image as tensors for the inputs of a network.
import { slice, type Tensor } from '@tensorflow/tfjs-core'
import type { Graph } from '../../compiler/ir/graph.ts'
import { channelsByInput } from '../../compiler/analysis/input-channels.ts'

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
