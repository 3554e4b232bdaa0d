// Linear recurrence along an axis: what state-space layers are made of.
import { isProblem } from '../../diagnostics/diagnostic.ts'
import { disagreement } from '../agreement.ts'
import { bool } from '../attribute-kinds.ts'
import { axis } from '../axis-attributes.ts'
import { free, sameType } from '../elementwise.ts'
import { fixedExtent, operand } from '../extents.ts'
import type { Primitive } from '../op.ts'
import { axisName } from '../words.ts'

export type ScanAttributes = { readonly axis: number; readonly reverse: boolean }

export const scan: Primitive<'scan', ScanAttributes> = {
  name: 'scan',
  doc: `Linear recurrence along one axis: \`h[t] = a[t] · h[t - 1] + b[t]\`, with 0 before the first element; with \`reverse\` from the last element to
the first. With \`a = exp(Δ · A)\` and \`b = Δ · B · u\` it is the state of a selective scan (Gu and Dao, "Mamba", 2023, section 3). Backends compute
it by a parallel prefix (Blelloch, "Prefix Sums and Their Applications", 1990): pairs of steps are steps too.`,
  arity: { min: 2, max: 2, names: ['a', 'b'] },
  attributes: {
    axis: axis({ doc: 'The axis along which it goes.' }),
    reverse: bool({ default: false, doc: 'Begin at the end.' }),
  },
  infer(input) {
    const { attributes, inputs } = input
    const apart = disagreement('scan', inputs)
    if (apart !== undefined) return apart
    const x = operand(inputs, 0)
    const extent = fixedExtent('scan', x, attributes.axis, axisName(attributes.axis, x.shape.length))
    return isProblem(extent) ? extent : sameType(input)
  },
  cost: free,
}
