// Operators of two tensors, element by element, with broadcasting.
import { isProblem } from '../diagnostics/diagnostic.ts'
import { broadcast } from './agreement.ts'
import { free, type NoAttributes } from './elementwise.ts'
import { operand } from './extents.ts'
import type { Primitive } from './op.ts'

export function broadcasting<Name extends string>(name: Name, does: string): Primitive<Name, NoAttributes> {
  return {
    name,
    doc: `${does}, with PyTorch's broadcasting on the shapes without the batch: aligned from the right, an extent of 1 repeats.
A table without batch, learned or constant, is repeated over the batch, and may have fewer axes. A number may stand for either of the two.`,
    arity: { min: 2, max: 2, names: ['a', 'b'] },
    attributes: {},
    infer({ attributes, inputs }) {
      const output = broadcast(name, operand(inputs, 0), operand(inputs, 1))
      return isProblem(output) ? output : { output, attributes, parameters: [] }
    },
    cost: free,
  }
}
