// Rectifier with a learned slope.
import { isProblem } from '../../diagnostics/diagnostic.ts'
import { bool, float } from '../attribute-kinds.ts'
import { free, oneInput } from '../elementwise.ts'
import { fixedExtent, operand } from '../extents.ts'
import { constantParameter } from '../init.ts'
import type { Primitive } from '../op.ts'

export type PreluAttributes = { readonly shared: boolean; readonly start: number }

export const prelu: Primitive<'prelu', PreluAttributes> = {
  name: 'prelu',
  doc: '`x` where positive, else `weight · x`; one weight, or one per channel.',
  arity: oneInput,
  attributes: {
    shared: bool({ default: true, doc: 'One slope for all channels.' }),
    start: float({ default: 0.25, doc: 'Where the slope begins.' }),
  },
  infer({ attributes, inputs }) {
    const x = operand(inputs, 0)
    const slopes = attributes.shared ? 1 : fixedExtent('prelu', x, 0, 'channel')
    if (isProblem(slopes)) return slopes
    return { output: x, attributes, parameters: [constantParameter('weight', [slopes], attributes.start)] }
  },
  cost: free,
}
