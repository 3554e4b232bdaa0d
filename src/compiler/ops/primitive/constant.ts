// A tensor of given numbers, which nothing trains.
import { attribute, wrongType, type Declared } from '../attribute-kinds.ts'
import type { AttributeSpec } from '../attrs.ts'
import { free } from '../elementwise.ts'
import { extentsIn, readNumbers, type Numbers } from '../nested-lists.ts'
import type { Primitive } from '../op.ts'

export type ConstantAttributes = { readonly values: Numbers }

const type = 'a number, or lists of equal lengths of numbers'

export const constant: Primitive<'constant', ConstantAttributes> = {
  name: 'constant',
  doc: 'A tensor of these numbers without a batch, as lists within lists; a number alone is a list of one. It is no parameter: never trained, and not counted as one.',
  arity: { min: 0, max: 0, names: [] },
  attributes: { values: numbers({ doc: 'The numbers.' }) },
  infer({ attributes }) {
    const extents = extentsIn(attributes.values)
    const shape = extents.length === 0 ? [1] : extents
    return { output: { dtype: 'float32', batched: false, shape }, attributes, parameters: [] }
  },
  cost: free,
}

function numbers(declared: Declared): AttributeSpec<Numbers> {
  const schema = { anyOf: [{ type: 'number' }, { type: 'array', minItems: 1 }] }
  return attribute(declared, { type, schema }, (raw, context) =>
    readNumbers(raw, context, type, (one) =>
      typeof one === 'number' && Number.isFinite(one) ? one : wrongType(one, context, type),
    ),
  )
}
