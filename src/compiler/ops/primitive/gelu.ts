// Gaussian error linear unit.
import { word } from '../attribute-kinds.ts'
import { free, oneInput, sameType } from '../elementwise.ts'
import type { Primitive } from '../op.ts'

export type GeluAttributes = { readonly approximate: 'none' | 'tanh' }

export const gelu: Primitive<'gelu', GeluAttributes> = {
  name: 'gelu',
  doc: '`x · Φ(x)` with the normal distribution function; `tanh` is its approximation `0.5 · x · (1 + tanh(√(2/π) · (x + 0.044715 · x³)))`.',
  arity: oneInput,
  attributes: { approximate: word(['none', 'tanh'], { default: 'none', doc: 'Exact, or by tanh.' }) },
  infer: sameType,
  cost: free,
}
