// What is there of a masked weight whose connections are blocks: which inputs each block of outputs reads.
import type { Mask } from '../../compiler/ir/graph.ts'
import type { WeightBlock } from './kernels/weight-blocks.ts'

/** A block of outputs with the channels that it reads, in its weight and in what is convolved. */
export interface LiveBlock extends WeightBlock {
  readonly channels: readonly number[]
}

/** Undefined where connections are no blocks, or some block has none. */
export function liveBlocks(
  { blocks }: Mask,
  outputs: number,
  active: Uint8Array,
): readonly LiveBlock[] | undefined {
  if (blocks === undefined) return undefined
  const [perGroup, ofGroup] = [outputs / blocks.groups, blocks.count / blocks.groups]
  const found = Array.from({ length: blocks.count }, (_, block): LiveBlock => {
    const group = Math.floor(block / ofGroup)
    const start = group * perGroup + (block % ofGroup) * blocks.outs
    const inputs = Array.from({ length: blocks.inputs }, (__, input) => input).filter(
      (input) => active[block * blocks.inputs + input] === 1,
    )
    return {
      outputs: [start, Math.min(start + blocks.outs, (group + 1) * perGroup)],
      inputs,
      channels: inputs.map((input) => group * blocks.inputs + input),
    }
  })
  return found.some(({ inputs }) => inputs.length === 0) ? undefined : found
}
