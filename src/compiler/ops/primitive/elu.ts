// Exponential linear unit.
import { float } from '../attribute-kinds.ts'
import { free, oneInput, sameType } from '../elementwise.ts'
import type { Primitive } from '../op.ts'

export type EluAttributes = { readonly alpha: number }

export const elu: Primitive<'elu', EluAttributes> = {
  name: 'elu',
  doc: '`x` where positive, else `alpha · (exp(x) - 1)`.',
  arity: oneInput,
  attributes: { alpha: float({ default: 1, doc: 'Where the negative side levels off.' }) },
  infer: sameType,
  cost: free,
}
