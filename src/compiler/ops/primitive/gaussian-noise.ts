// Random numbers that are added in training.
import { float } from '../attribute-kinds.ts'
import { free, oneInput, sameType } from '../elementwise.ts'
import type { Primitive } from '../op.ts'

export type GaussianNoiseAttributes = { readonly std: number }

export const gaussianNoise: Primitive<'gaussian_noise', GaussianNoiseAttributes> = {
  name: 'gaussian_noise',
  doc: "In training, adds a number of a normal distribution around 0 to each element (Keras's `GaussianNoise`); the identity in inference. No gradient but that of the sum.",
  arity: oneInput,
  attributes: { std: float({ min: 0, default: 1, doc: 'Standard deviation of what is added.' }) },
  infer: sameType,
  cost: free,
}
