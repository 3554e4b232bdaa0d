// Layer normalisation over one axis.
import { isProblem } from '../../diagnostics/diagnostic.ts'
import { bool, float } from '../attribute-kinds.ts'
import { axis } from '../axis-attributes.ts'
import { free, oneInput } from '../elementwise.ts'
import { concreteCount, fixedExtent, operand } from '../extents.ts'
import { affineInits, affineParameters, type Affine } from '../init.ts'
import type { Primitive } from '../op.ts'

export type LayerNormAttributes = { readonly eps: number; readonly axis: number } & Affine

export const layerNorm: Primitive<'layer_norm', LayerNormAttributes> = {
  name: 'layer_norm',
  doc: '`(x - mean) / √(var + eps)` over one axis; then `weight · x + bias` along that axis with `affine`. Biased variance.',
  arity: oneInput,
  attributes: {
    eps: float({ min: 0, default: 1e-5, doc: 'Added to the variance.' }),
    affine: bool({ default: true, doc: 'Scale and shift each position of the axis by learned numbers.' }),
    axis: axis({ default: -1, doc: 'The axis to normalise; the last one holds the features of tokens.' }),
    ...affineInits,
  },
  infer({ attributes, inputs }) {
    const x = operand(inputs, 0)
    const extent = fixedExtent('layer_norm', x, attributes.axis, 'normalised')
    if (isProblem(extent)) return extent
    const parameters = affineParameters('layer_norm', attributes, extent)
    return isProblem(parameters) ? parameters : { output: x, attributes, parameters }
  },
  cost: free,
  statistic: ({ attributes, output }) => ({
    of: 'position',
    values: concreteCount([output[attributes.axis] ?? 0]),
    acrossBatch: false,
  }),
}
