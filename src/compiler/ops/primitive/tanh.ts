// Hyperbolic tangent.
import { free, oneInput, sameType } from '../elementwise.ts'
import type { Primitive } from '../op.ts'

export type TanhAttributes = Readonly<Record<never, never>>

export const tanh: Primitive<'tanh', TanhAttributes> = {
  name: 'tanh',
  doc: 'Hyperbolic tangent.',
  arity: oneInput,
  attributes: {},
  infer: sameType,
  cost: free,
}
