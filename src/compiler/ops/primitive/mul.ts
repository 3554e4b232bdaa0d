// Product of two tensors, element by element, with broadcasting.
import { isProblem } from '../../diagnostics/diagnostic.ts'
import { broadcast } from '../agreement.ts'
import { free } from '../elementwise.ts'
import { operand } from '../extents.ts'
import type { Primitive } from '../op.ts'

export type MulAttributes = Readonly<Record<never, never>>

export const mul: Primitive<'mul', MulAttributes> = {
  name: 'mul',
  doc: `\`a · b\` element by element, with PyTorch's broadcasting on the shapes without the batch: aligned from the right, an extent of 1 repeats.
A learned table without batch is repeated over the batch, and may have fewer axes.`,
  arity: { min: 2, max: 2, names: ['a', 'b'] },
  attributes: {},
  infer({ attributes, inputs }) {
    const output = broadcast('mul', operand(inputs, 0), operand(inputs, 1))
    return isProblem(output) ? output : { output, attributes, parameters: [] }
  },
  cost: free,
}
