// How connections lie in a weight: a mask is about connections, memory about rows of numbers that belong to one of them.
import type { Mask, Parameter } from './graph.ts'

/** A weight with a mask. */
export interface MaskedWeight {
  readonly shape: readonly number[]
  readonly mask: Mask
}

export function isMasked(parameter: Parameter): parameter is Parameter & MaskedWeight {
  return parameter.mask !== undefined
}

/** How many rows of `mask.elements` numbers a weight has: kernels, or single weights. */
export function rowCount({ shape, mask }: MaskedWeight): number {
  return shape.reduce((product, extent) => product * extent, 1) / mask.elements
}

/** Which connection each row of `mask.elements` numbers belongs to. Connections of blocks are numbered block by block, input by input. */
export function connectionOfRow({ shape, mask }: MaskedWeight): (row: number) => number {
  const { blocks } = mask
  if (blocks === undefined) return (row) => row
  const { outputAxis, groups, inputs, outs, count } = blocks
  const [extent = 1, columns = 1] = shape
  const perGroup = extent / groups
  const blocksPerGroup = count / groups
  return (row) => {
    const [first, column] = [Math.floor(row / columns), row % columns]
    const [group, within] = [Math.floor(first / perGroup), first % perGroup]
    const [output, input] = outputAxis === 0 ? [within, column] : [column, within]
    return (group * blocksPerGroup + Math.floor(output / outs)) * inputs + input
  }
}

/** In how many runs of connections, equally long, equally many of each are kept: one, or one for each block of outputs. */
export const runCount = ({ blocks }: Mask): number => blocks?.count ?? 1

/** How many weights a mask keeps: exact, because all blocks keep the same number of inputs. */
export function keptWeights({ shape, mask }: MaskedWeight): number {
  if (mask.blocks === undefined) return mask.kept * mask.elements
  const perInput = shape.reduce((product, extent) => product * extent, 1) / mask.blocks.inputs
  return perInput * mask.blocks.fanIn
}
