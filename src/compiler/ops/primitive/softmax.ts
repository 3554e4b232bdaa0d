// Softmax over one axis.
import { axis } from '../axis-attributes.ts'
import { free, oneInput, sameType } from '../elementwise.ts'
import type { Primitive } from '../op.ts'

export type SoftmaxAttributes = { readonly axis: number }

export const softmax: Primitive<'softmax', SoftmaxAttributes> = {
  name: 'softmax',
  doc: '`exp(x) / Σ exp(x)` over one axis.',
  arity: oneInput,
  attributes: { axis: axis({ default: 'channel', doc: 'The axis that sums to one.' }) },
  infer: sameType,
  cost: free,
}
