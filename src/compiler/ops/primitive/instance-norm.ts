// Instance normalisation.
import { isProblem } from '../../diagnostics/diagnostic.ts'
import { bool, float } from '../attribute-kinds.ts'
import { free, oneInput } from '../elementwise.ts'
import { imageChannels, operand, positions } from '../extents.ts'
import { affineInits, affineParameters, type Affine } from '../init.ts'
import type { Primitive } from '../op.ts'

export type InstanceNormAttributes = { readonly eps: number } & Affine

export const instanceNorm: Primitive<'instance_norm', InstanceNormAttributes> = {
  name: 'instance_norm',
  doc: '`(x - mean) / √(var + eps)` over the spatial axes of each channel of each sample; then `weight · x + bias` with `affine`. Biased variance, no running statistics.',
  arity: oneInput,
  attributes: {
    eps: float({ min: 0, default: 1e-5, doc: 'Added to the variance.' }),
    affine: bool({ default: true, doc: 'Scale and shift each channel by learned numbers.' }),
    ...affineInits,
  },
  infer({ attributes, inputs }) {
    const x = operand(inputs, 0)
    const channels = imageChannels('instance_norm', x)
    if (isProblem(channels)) return channels
    const parameters = affineParameters('instance_norm', attributes, channels)
    return isProblem(parameters) ? parameters : { output: x, attributes, parameters }
  },
  cost: free,
  statistic: ({ output }) => ({ of: 'channel', values: positions(output), acrossBatch: false }),
}
