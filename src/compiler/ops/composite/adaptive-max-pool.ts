// Greatest values of so many bins.
import { adaptiveAttributes, adaptivelyPooled, type AdaptiveAttributes } from '../adaptive-pooling.ts'
import { inputAt, one } from '../chain.ts'
import type { Composite } from '../composite.ts'
import { oneInput } from '../elementwise.ts'

export const adaptiveMaxPool: Composite<'adaptive_max_pool', AdaptiveAttributes> = {
  name: 'adaptive_max_pool',
  doc: "Greatest value of each of `size` bins per spatial axis, as in `adaptive_avg_pool` (PyTorch's AdaptiveMaxPool1d, AdaptiveMaxPool2d, AdaptiveMaxPool3d). Equal elements may share the gradient.",
  arity: oneInput,
  attributes: adaptiveAttributes,
  expand({ builder, inputs, attributes }) {
    return one(
      adaptivelyPooled(builder, inputAt(inputs, 0), attributes, {
        operator: 'adaptive_max_pool',
        pool: 'max_pool',
        over: 'reduce_max',
        // A place that is repeated changes no maximum.
        takeBins: (builder, binned, axis) =>
          builder.apply('reduce_max', [binned], { axes: [axis + 1], keep: false }),
      }),
    )
  },
}
