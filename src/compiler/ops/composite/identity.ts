// The tensor itself.
import { inputAt, one } from '../chain.ts'
import type { Composite } from '../composite.ts'
import { oneInput } from '../elementwise.ts'

export const identity: Composite<'identity', Readonly<Record<never, never>>> = {
  name: 'identity',
  doc: 'The tensor itself; adds no node. Used as the other branch of a conditional.',
  arity: oneInput,
  attributes: {},
  expand: ({ inputs }) => one(inputAt(inputs, 0)),
}
