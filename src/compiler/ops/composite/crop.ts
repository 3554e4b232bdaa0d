// Cutting the ends of the spatial axes.
import { isProblem } from '../../diagnostics/diagnostic.ts'
import { addDims } from '../../ir/tensor.ts'
import { perAxis, type PerAxis } from '../attribute-kinds.ts'
import { cut, inputAt, one } from '../chain.ts'
import type { Composite } from '../composite.ts'
import { oneInput } from '../elementwise.ts'
import { atLeastOne, entry, imageProblem } from '../extents.ts'

type CropAttributes = { readonly low: PerAxis; readonly high: PerAxis }

export const crop: Composite<'crop', CropAttributes> = {
  name: 'crop',
  doc: 'Cuts elements off both ends of the spatial axes.',
  arity: oneInput,
  attributes: {
    low: perAxis({ min: 0, default: 0, doc: 'Elements cut before the first one kept.' }),
    high: perAxis({ min: 0, default: 0, doc: 'Elements cut after the last one kept.' }),
  },
  expand({ builder, inputs, attributes }) {
    const x = inputAt(inputs, 0)
    const type = builder.typeOf(x)
    const refused = imageProblem('crop', type)
    if (refused !== undefined) return refused
    const ranges = []
    for (const [at, extent] of type.shape.slice(1).entries()) {
      const [low, high] = [entry(attributes.low, at), entry(attributes.high, at)]
      const place = { operator: 'crop', axis: at + 1, rank: type.shape.length }
      const left = atLeastOne(addDims(extent, -low - high), extent, place, () => [
        ['low', String(low)],
        ['high', String(high)],
      ])
      if (isProblem(left)) return left
      if (low + high > 0) ranges.push({ axis: at + 1, start: low, end: addDims(extent, -high) })
    }
    return one(cut(builder, x, ranges))
  },
}
