// Joining tensors along an axis.
import { addDims, type Dim } from '../../ir/tensor.ts'
import { disagreement } from '../agreement.ts'
import { axis } from '../axis-attributes.ts'
import { free } from '../elementwise.ts'
import { operand, reshaped } from '../extents.ts'
import type { Primitive } from '../op.ts'

export type ConcatAttributes = { readonly axis: number }

export const concat: Primitive<'concat', ConcatAttributes> = {
  name: 'concat',
  doc: 'Joins tensors along one axis; they agree on all the others.',
  arity: { min: 1, max: Infinity, names: ['x'] },
  attributes: { axis: axis({ default: 'channel', doc: 'The axis to join along.' }) },
  infer({ attributes, inputs }) {
    const problem = disagreement('concat', inputs, attributes.axis)
    if (problem !== undefined) return problem
    const joined = inputs.reduce<Dim>((sum, { shape }) => addDims(sum, shape[attributes.axis] ?? 0), 0)
    const first = operand(inputs, 0)
    return { output: reshaped(first, first.shape.with(attributes.axis, joined)), attributes, parameters: [] }
  },
  cost: free,
}
