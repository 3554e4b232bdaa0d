// Multiplication by a constant.
import { float } from '../attribute-kinds.ts'
import { free, oneInput, sameType } from '../elementwise.ts'
import type { Primitive } from '../op.ts'

export type ScaleAttributes = { readonly factor: number }

export const scale: Primitive<'scale', ScaleAttributes> = {
  name: 'scale',
  doc: '`factor · x`.',
  arity: oneInput,
  attributes: { factor: float({ doc: 'The constant.' }) },
  infer: sameType,
  cost: free,
}
