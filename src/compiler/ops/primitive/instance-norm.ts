// Instance normalisation.
import { isProblem } from '../../diagnostics/diagnostic.ts'
import { bool, float } from '../attribute-kinds.ts'
import { free, oneInput } from '../elementwise.ts'
import { imageChannels, operand, positions } from '../extents.ts'
import { affineParameters } from '../init.ts'
import type { Primitive } from '../op.ts'

export type InstanceNormAttributes = { readonly eps: number; readonly affine: boolean }

export const instanceNorm: Primitive<'instance_norm', InstanceNormAttributes> = {
  name: 'instance_norm',
  doc: '`(x - mean) / √(var + eps)` over the spatial axes of each channel of each sample; then `weight · x + bias` with `affine`. Biased variance, no running statistics.',
  arity: oneInput,
  attributes: {
    eps: float({ min: 0, default: 1e-5, doc: 'Added to the variance.' }),
    affine: bool({ default: true, doc: 'Scale and shift each channel by learned numbers.' }),
  },
  infer({ attributes, inputs }) {
    const x = operand(inputs, 0)
    const channels = imageChannels('instance_norm', x)
    if (isProblem(channels)) return channels
    return { output: x, attributes, parameters: affineParameters(attributes.affine, channels) }
  },
  cost: free,
  statistic: ({ output }) => ({ of: 'channel', values: positions(output), acrossBatch: false }),
}
