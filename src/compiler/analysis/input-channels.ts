// How the channels of an image are dealt out to the inputs of a network: each takes as many as it has, in the order in which they are declared.
import type { Graph } from '../ir/graph.ts'

/** Channels of each input, in order; 0 where the extent is free. */
export const channelsByInput = ({ inputs, nodes }: Graph): readonly number[] =>
  inputs.map(({ node }) => {
    const [channels] = nodes[node]?.type.shape ?? []
    return typeof channels === 'number' ? channels : 0
  })
