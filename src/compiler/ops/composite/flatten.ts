// Merging neighbouring axes.
import { problem } from '../../diagnostics/diagnostic.ts'
import { axis } from '../axis-attributes.ts'
import { inputAt, one } from '../chain.ts'
import type { Composite } from '../composite.ts'
import { oneInput } from '../elementwise.ts'

type FlattenAttributes = { readonly start: number; readonly end: number }

export const flatten: Composite<'flatten', FlattenAttributes> = {
  name: 'flatten',
  doc: 'Merges the axes `start` to `end`, both included, into one. Axes count without the batch.',
  arity: oneInput,
  attributes: {
    start: axis({ default: 0, doc: 'First axis to merge.' }),
    end: axis({ default: -1, doc: 'Last axis to merge.' }),
  },
  expand({ builder, inputs, attributes: { start, end } }) {
    const x = inputAt(inputs, 0)
    const { shape } = builder.typeOf(x)
    if (end < start) {
      const parts = { operator: 'flatten', attribute: 'end', value: String(end), bound: `at least ${start}` }
      return problem('attribute-range', parts)
    }
    return one(
      builder.apply('reshape', [x], { shape: [...shape.slice(0, start), -1, ...shape.slice(end + 1)] }),
    )
  },
}
