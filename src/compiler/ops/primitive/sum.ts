// Sum of any number of equal shapes.
import { disagreement } from '../agreement.ts'
import { free, sameType } from '../elementwise.ts'
import type { Primitive } from '../op.ts'

export type SumAttributes = Readonly<Record<never, never>>

export const sum: Primitive<'sum', SumAttributes> = {
  name: 'sum',
  doc: 'Sum of any number of tensors of one shape, element by element.',
  arity: { min: 1, max: Infinity, names: ['x'] },
  attributes: {},
  infer: (input) => disagreement('sum', input.inputs) ?? sameType(input),
  cost: free,
}
