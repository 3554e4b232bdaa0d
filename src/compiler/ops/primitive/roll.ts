// Cyclic shift along an axis.
import { int } from '../attribute-kinds.ts'
import { axis } from '../axis-attributes.ts'
import { free, oneInput, sameType } from '../elementwise.ts'
import type { Primitive } from '../op.ts'

export type RollAttributes = { readonly axis: number; readonly offset: number }

export const roll: Primitive<'roll', RollAttributes> = {
  name: 'roll',
  doc: "`out[(i + offset) mod extent] = in[i]` along one axis (PyTorch's `roll`).",
  arity: oneInput,
  attributes: {
    axis: axis({ doc: 'The axis to move along.' }),
    offset: int({ doc: 'How far, towards the end where positive.' }),
  },
  infer: sameType,
  cost: free,
}
