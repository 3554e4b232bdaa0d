// Rectifier.
import { free, oneInput, sameType } from '../elementwise.ts'
import type { Primitive } from '../op.ts'

export type ReluAttributes = Readonly<Record<never, never>>

export const relu: Primitive<'relu', ReluAttributes> = {
  name: 'relu',
  doc: '`max(x, 0)`.',
  arity: oneInput,
  attributes: {},
  infer: sameType,
  cost: free,
}
