// A learned table.
import { isProblem } from '../../diagnostics/diagnostic.ts'
import { ints } from '../extent-attributes.ts'
import { free } from '../elementwise.ts'
import { init, initOf, tableInits, type InitTerm } from '../init.ts'
import type { Primitive } from '../op.ts'

export type ParameterAttributes = { readonly shape: readonly number[]; readonly init: InitTerm }

export const parameter: Primitive<'parameter', ParameterAttributes> = {
  name: 'parameter',
  doc: 'A learned tensor without a batch, such as a position embedding. `add`, `mul` and `matmul` repeat it over the batch.',
  arity: { min: 0, max: 0, names: [] },
  attributes: {
    shape: ints({ min: 1, doc: 'Extents.' }),
    init: init({ default: 'zeros', doc: 'How it begins.' }, tableInits),
  },
  infer({ attributes }) {
    const { shape, init } = attributes
    const begun = initOf(init, shape, { operator: 'parameter', attribute: 'init' })
    if (isProblem(begun)) return begun
    return {
      output: { dtype: 'float32', batched: false, shape },
      attributes,
      parameters: [{ name: 'value', shape, init: begun, buffer: false }],
    }
  },
  cost: free,
}
