// Random zeros in training.
import { float } from '../attribute-kinds.ts'
import { free, oneInput, sameType } from '../elementwise.ts'
import type { Primitive } from '../op.ts'

export type DropoutAttributes = { readonly rate: number }

export const dropout: Primitive<'dropout', DropoutAttributes> = {
  name: 'dropout',
  doc: 'In training, sets elements to zero with probability `rate` and divides the others by `1 - rate`; the identity in inference.',
  arity: oneInput,
  attributes: { rate: float({ min: 0, max: 1, doc: 'Probability of a zero.' }) },
  infer: sameType,
  cost: free,
}
