// What operators that take one number of many share: which axes go, and whether they stay with extent 1.
import { bool } from './attribute-kinds.ts'
import type { AttributeTable } from './attrs.ts'
import { axes } from './axis-attributes.ts'
import { free, oneInput } from './elementwise.ts'
import { operand, reshaped } from './extents.ts'
import type { Inference, InferenceInput, Primitive } from './op.ts'

export type ReductionAttributes = { readonly axes: readonly number[]; readonly keep: boolean }

export const reductionAttributes: AttributeTable<ReductionAttributes> = {
  axes: axes({ default: 'spatial', doc: 'The axes to go over.' }),
  keep: bool({
    default: true,
    doc: 'Keep the axes, with extent 1, so that the result broadcasts against the input.',
  }),
}

/** Shape rule: the axes have extent 1, or are gone. */
export function reduced<A extends ReductionAttributes>({
  attributes,
  inputs,
}: InferenceInput<A>): Inference<A> {
  const x = operand(inputs, 0)
  const gone = new Set(attributes.axes)
  const shape = attributes.keep
    ? x.shape.map((extent, axis) => (gone.has(axis) ? 1 : extent))
    : x.shape.filter((_, axis) => !gone.has(axis))
  return { output: reshaped(x, shape), attributes, parameters: [] }
}

/** A reduction that has no attributes of its own. */
export function reduction<Name extends string>(
  name: Name,
  doc: string,
): Primitive<Name, ReductionAttributes> {
  return { name, doc, arity: oneInput, attributes: reductionAttributes, infer: reduced, cost: free }
}
