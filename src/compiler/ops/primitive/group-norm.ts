// Group normalisation.
import { isProblem } from '../../diagnostics/diagnostic.ts'
import { bool, float, int } from '../attribute-kinds.ts'
import { free, oneInput } from '../elementwise.ts'
import { concreteCount, groupedChannels, imageChannels, operand } from '../extents.ts'
import { affineInits, affineParameters, type Affine } from '../init.ts'
import type { Primitive } from '../op.ts'

export type GroupNormAttributes = { readonly groups: number; readonly eps: number } & Affine

export const groupNorm: Primitive<'group_norm', GroupNormAttributes> = {
  name: 'group_norm',
  doc: '`(x - mean) / √(var + eps)` over the spatial axes and the channels of each group of each sample; then `weight · x + bias` per channel with `affine`. Biased variance.',
  arity: oneInput,
  attributes: {
    groups: int({ min: 1, doc: 'Groups of neighbouring channels; divides the channels.' }),
    eps: float({ min: 0, default: 1e-5, doc: 'Added to the variance.' }),
    affine: bool({ default: true, doc: 'Scale and shift each channel by learned numbers.' }),
    ...affineInits,
  },
  infer({ attributes, inputs }) {
    const x = operand(inputs, 0)
    const channels = imageChannels('group_norm', x)
    if (isProblem(channels)) return channels
    const uneven = groupedChannels('group_norm', attributes.groups, channels, 'channel')
    if (uneven !== undefined) return uneven
    const parameters = affineParameters('group_norm', attributes, channels)
    return isProblem(parameters) ? parameters : { output: x, attributes, parameters }
  },
  cost: free,
  statistic: ({ attributes, output }) => ({
    of: 'group',
    values: concreteCount(output) / attributes.groups,
    acrossBatch: false,
  }),
}
