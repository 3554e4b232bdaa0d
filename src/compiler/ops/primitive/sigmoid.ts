// Logistic function.
import { free, oneInput, sameType } from '../elementwise.ts'
import type { Primitive } from '../op.ts'

export type SigmoidAttributes = Readonly<Record<never, never>>

export const sigmoid: Primitive<'sigmoid', SigmoidAttributes> = {
  name: 'sigmoid',
  doc: '`1 / (1 + exp(-x))`.',
  arity: oneInput,
  attributes: {},
  infer: sameType,
  cost: free,
}
