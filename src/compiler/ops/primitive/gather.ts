// Looking up places of an axis by a table of indices.
import { problem, type Problem } from '../../diagnostics/diagnostic.ts'
import { leastExtent } from '../../ir/bounds.ts'
import { formatDim, type Dim } from '../../ir/tensor.ts'
import { attribute, readInt, wrongType, type Declared } from '../attribute-kinds.ts'
import type { AttributeSpec } from '../attrs.ts'
import { axis } from '../axis-attributes.ts'
import { free, oneInput } from '../elementwise.ts'
import { operand, reshaped, type Place } from '../extents.ts'
import { extentsIn, numbersIn, readNumbers, type NumberList } from '../nested-lists.ts'
import type { Primitive } from '../op.ts'
import { axisName, isList } from '../words.ts'

export type GatherAttributes = { readonly indices: NumberList; readonly axis: number }

export const gather: Primitive<'gather', GatherAttributes> = {
  name: 'gather',
  doc: "`out[…, i, j, …] = x[…, indices[i][j], …]`: the places of one axis that a table of indices names, in its shape instead of the axis (PyTorch's `x[:, indices]`). The indices are given, not computed by the network.",
  arity: oneInput,
  attributes: {
    indices: indices({ doc: 'Places on the axis, from 0: a list, or lists of equal lengths within lists.' }),
    axis: axis({ default: 0, doc: 'The axis that is looked up.' }),
  },
  infer({ attributes, inputs }) {
    const x = operand(inputs, 0)
    const place = { operator: 'gather', axis: attributes.axis, rank: x.shape.length }
    const wrong = beyondAxis(attributes.indices, x.shape[attributes.axis] ?? 0, place)
    if (wrong !== undefined) return wrong
    const shape = x.shape.toSpliced(attributes.axis, 1, ...extentsIn(attributes.indices))
    return { output: reshaped(x, shape), attributes, parameters: [] }
  },
  cost: free,
}

/** The problem of an index that the axis need not have. */
function beyondAxis(indices: NumberList, extent: Dim, { axis, rank }: Place): Problem | undefined {
  const least = leastExtent(extent)
  const index = numbersIn(indices).find((one) => one >= least)
  if (index === undefined) return undefined
  const parts = { axis: axisName(axis, rank), extent: formatDim(extent), last: least - 1 }
  return problem('gather-range', { operator: 'gather', attribute: 'indices', index, ...parts })
}

function indices(declared: Declared): AttributeSpec<NumberList> {
  const type = 'a list of ints from 0, or lists of equal lengths of them'
  const schema = { type: 'array', minItems: 1 }
  return attribute(declared, { type: 'lists of int', schema }, (raw, context) => {
    const found = isList(raw)
      ? readNumbers(raw, context, type, (one) => readInt(one, context, { min: 0 }, type))
      : wrongType(raw, context, type)
    // A list gives a list.
    return found as NumberList | Problem
  })
}
