// Elements kept within bounds.
import { problem } from '../../diagnostics/diagnostic.ts'
import { float, orWord } from '../attribute-kinds.ts'
import { free, oneInput, sameType } from '../elementwise.ts'
import type { Primitive } from '../op.ts'

type Bound = number | 'none'
export type ClipAttributes = { readonly min: Bound; readonly max: Bound }

export const clip: Primitive<'clip', ClipAttributes> = {
  name: 'clip',
  doc: '`min(max(x, min), max)`: what lies outside the bounds becomes the nearer one. At least one of them has to be given.',
  arity: oneInput,
  attributes: {
    min: orWord('none', float({ doc: 'The least value.' })),
    max: orWord('none', float({ doc: 'The greatest value.' })),
  },
  infer(input) {
    const { min, max } = input.attributes
    if (min === 'none' && max === 'none')
      return problem('missing-attribute', { operator: 'clip', name: 'min', type: 'float, or `max`' })
    if (min !== 'none' && max !== 'none' && max < min) {
      const parts = { operator: 'clip', attribute: 'max', value: String(max), bound: `at least ${min}` }
      return problem('attribute-range', parts)
    }
    return sameType(input)
  },
  cost: free,
}
