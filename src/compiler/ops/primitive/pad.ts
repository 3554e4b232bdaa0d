// Padding of the spatial axes with a constant.
import { isProblem } from '../../diagnostics/diagnostic.ts'
import { addDims } from '../../ir/tensor.ts'
import { float, perAxis, type PerAxis } from '../attribute-kinds.ts'
import { free, oneInput } from '../elementwise.ts'
import { entry, imageProblem, operand, reshaped, spatialExtents } from '../extents.ts'
import type { Primitive } from '../op.ts'

export type PadAttributes = { readonly low: PerAxis; readonly high: PerAxis; readonly value: number }

export const pad: Primitive<'pad', PadAttributes> = {
  name: 'pad',
  doc: 'Adds elements of one value at both ends of the spatial axes.',
  arity: oneInput,
  attributes: {
    low: perAxis({ min: 0, default: 0, doc: 'Added before the first element.' }),
    high: perAxis({ min: 0, default: 0, doc: 'Added after the last element.' }),
    value: float({ default: 0, doc: 'The value added.' }),
  },
  infer({ attributes, inputs }) {
    const x = operand(inputs, 0)
    const refused = imageProblem('pad', x)
    if (refused !== undefined) return refused
    const { low, high } = attributes
    const extents = spatialExtents('pad', x, (extent, axis) =>
      addDims(extent, entry(low, axis) + entry(high, axis)),
    )
    if (isProblem(extents)) return extents
    return { output: reshaped(x, [x.shape[0] ?? 0, ...extents]), attributes, parameters: [] }
  },
  cost: free,
}
