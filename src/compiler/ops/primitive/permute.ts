// Reordering axes.
import { problem } from '../../diagnostics/diagnostic.ts'
import { ints } from '../extent-attributes.ts'
import { free, oneInput } from '../elementwise.ts'
import { operand, reshaped } from '../extents.ts'
import type { Primitive } from '../op.ts'

export type PermuteAttributes = { readonly order: readonly number[] }

export const permute: Primitive<'permute', PermuteAttributes> = {
  name: 'permute',
  doc: 'Reorders the axes: axis `i` of the result is axis `order[i]` of the input. Axes count without the batch, which stays first.',
  arity: oneInput,
  attributes: { order: ints({ doc: 'Every axis once; negatives count from the end.' }) },
  infer({ attributes, inputs }) {
    const x = operand(inputs, 0)
    const rank = x.shape.length
    const order = attributes.order.map((axis) => (axis < 0 ? axis + rank : axis))
    const shape = order.map((axis) => x.shape[axis]).filter((extent) => extent !== undefined)
    if (shape.length !== rank || order.length !== rank || new Set(order).size !== rank) {
      const text = `[${attributes.order.join(', ')}]`
      return problem('order-not-permutation', { operator: 'permute', attribute: 'order', order: text, rank })
    }
    return { output: reshaped(x, shape), attributes: { order }, parameters: [] }
  },
  cost: free,
}
