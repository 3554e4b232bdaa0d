// Turning an axis round.
import { isProblem } from '../../diagnostics/diagnostic.ts'
import { axis } from '../axis-attributes.ts'
import { inputAt, one } from '../chain.ts'
import type { Composite } from '../composite.ts'
import { oneInput } from '../elementwise.ts'
import { fixedExtent } from '../extents.ts'
import { axisName } from '../words.ts'

type FlipAttributes = { readonly axis: number }

export const flip: Composite<'flip', FlipAttributes> = {
  name: 'flip',
  doc: "`out[i] = x[extent - 1 - i]` along one axis (PyTorch's `flip`).",
  arity: oneInput,
  attributes: { axis: axis({ doc: 'The axis to turn round.' }) },
  expand({ builder, inputs, attributes }) {
    const x = inputAt(inputs, 0)
    const type = builder.typeOf(x)
    const extent = fixedExtent('flip', type, attributes.axis, axisName(attributes.axis, type.shape.length))
    if (isProblem(extent)) return extent
    const indices = Array.from({ length: extent }, (_, k) => extent - 1 - k)
    return one(builder.apply('gather', [x], { indices, axis: attributes.axis }))
  },
}
