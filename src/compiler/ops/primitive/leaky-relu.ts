// Leaky rectifier.
import { float } from '../attribute-kinds.ts'
import { free, oneInput, sameType } from '../elementwise.ts'
import type { Primitive } from '../op.ts'

export type LeakyReluAttributes = { readonly slope: number }

export const leakyRelu: Primitive<'leaky_relu', LeakyReluAttributes> = {
  name: 'leaky_relu',
  doc: '`x` where positive, else `slope · x`.',
  arity: oneInput,
  attributes: { slope: float({ default: 0.01, doc: 'Slope of the negative side.' }) },
  infer: sameType,
  cost: free,
}
