// Moving chunks of channels along a spatial axis.
import { isProblem, problem } from '../../diagnostics/diagnostic.ts'
import { axis } from '../axis-attributes.ts'
import { ints } from '../extent-attributes.ts'
import { free, oneInput } from '../elementwise.ts'
import { imageChannels, operand } from '../extents.ts'
import type { Primitive } from '../op.ts'

export type ShiftAttributes = { readonly axis: number; readonly offsets: readonly number[] }

/** Channels `start` to `end - 1` move by `offset`. */
export interface ShiftChunk {
  readonly start: number
  readonly end: number
  readonly offset: number
}

/** Chunks of `ceil(channels / offsets)` channels: the last may be smaller, and there may be fewer chunks than offsets (PyTorch's `chunk`). */
export function shiftChunks(channels: number, offsets: readonly number[]): readonly ShiftChunk[] {
  const size = Math.ceil(channels / offsets.length)
  const chunks = offsets.map((offset, at) => ({
    start: at * size,
    end: Math.min(channels, (at + 1) * size),
    offset,
  }))
  return chunks.filter(({ start, end }) => start < end)
}

export const shift: Primitive<'shift', ShiftAttributes> = {
  name: 'shift',
  doc: `Splits the channels in chunks of \`ceil(channels / len(offsets))\` and moves chunk \`k\` by \`offsets[k]\` along a spatial axis, filling with zeros:
\`out[i] = in[i - offset]\`. As PyTorch's \`chunk\`, the last chunk may be smaller and there may be fewer chunks than offsets (E2ENet).`,
  arity: oneInput,
  attributes: {
    axis: axis({ doc: 'The spatial axis to move along.' }),
    offsets: ints({ doc: 'One offset per chunk, towards the end where positive.' }),
  },
  infer({ attributes, inputs }) {
    const x = operand(inputs, 0)
    const channels = imageChannels('shift', x)
    if (isProblem(channels)) return channels
    if (attributes.axis === 0) return problem('shift-channel-axis', { operator: 'shift', attribute: 'axis' })
    return { output: x, attributes, parameters: [] }
  },
  cost: free,
}
