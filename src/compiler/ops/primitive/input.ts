// An input of the network.
import { dims } from '../extent-attributes.ts'
import { free } from '../elementwise.ts'
import type { Shape } from '../../ir/tensor.ts'
import type { Primitive } from '../op.ts'

export type InputAttributes = { readonly shape: Shape }

export const input: Primitive<'input', InputAttributes> = {
  name: 'input',
  doc: 'A tensor given from outside, with a batch. Made by input declarations.',
  arity: { min: 0, max: 0, names: [] },
  attributes: { shape: dims({ min: 1, doc: 'Extents without the batch, channels first.' }) },
  infer: ({ attributes }) => ({
    output: { dtype: 'float32', batched: true, shape: attributes.shape },
    attributes,
    parameters: [],
  }),
  cost: free,
}
