// Mean over axes, such as a global average pool.
import { bool } from '../attribute-kinds.ts'
import { axes } from '../axis-attributes.ts'
import { free, oneInput } from '../elementwise.ts'
import { operand, reshaped } from '../extents.ts'
import type { Primitive } from '../op.ts'

export type MeanAttributes = { readonly axes: readonly number[]; readonly keep: boolean }

export const mean: Primitive<'mean', MeanAttributes> = {
  name: 'mean',
  doc: 'Mean over axes; over the spatial ones it is a global average pool.',
  arity: oneInput,
  attributes: {
    axes: axes({ default: 'spatial', doc: 'The axes to average.' }),
    keep: bool({
      default: true,
      doc: 'Keep the axes, with extent 1, so that the result broadcasts against the input.',
    }),
  },
  infer({ attributes, inputs }) {
    const x = operand(inputs, 0)
    const gone = new Set(attributes.axes)
    const shape = attributes.keep
      ? x.shape.map((extent, axis) => (gone.has(axis) ? 1 : extent))
      : x.shape.filter((_, axis) => !gone.has(axis))
    return { output: reshaped(x, shape), attributes, parameters: [] }
  },
  cost: free,
}
