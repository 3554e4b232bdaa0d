// Means of so many bins.
import type { Problem } from '../../diagnostics/diagnostic.ts'
import {
  adaptiveAttributes,
  adaptivelyPooled,
  widestOf,
  type AdaptiveAttributes,
  type Bin,
} from '../adaptive-pooling.ts'
import { andThen, inputAt, one } from '../chain.ts'
import type { Composite, CompositeBuilder } from '../composite.ts'
import { oneInput } from '../elementwise.ts'

export const adaptiveAvgPool: Composite<'adaptive_avg_pool', AdaptiveAttributes> = {
  name: 'adaptive_avg_pool',
  doc: `Mean of each of \`size\` bins per spatial axis (PyTorch's AdaptiveAvgPool1d, AdaptiveAvgPool2d, AdaptiveAvgPool3d). Bin \`i\` begins at
\`floor(i · extent / size)\` and ends before \`ceil((i + 1) · extent / size)\`, so bins overlap where the size does not divide the extent. Of a free
extent there is one bin, or it is kept: \`adaptive_avg_pool([size(x)[0], 4])\`.`,
  arity: oneInput,
  attributes: adaptiveAttributes,
  expand({ builder, inputs, attributes }) {
    const rule = { operator: 'adaptive_avg_pool', pool: 'avg_pool', over: 'mean', takeBins: means } as const
    return one(adaptivelyPooled(builder, inputAt(inputs, 0), attributes, rule))
  },
}

/** Bins of one width have a mean; of several, the places of each are weighed by its own, and those repeated by 0. */
function means<T>(builder: CompositeBuilder<T>, binned: T, axis: number, bins: readonly Bin[]): T | Problem {
  const widest = widestOf(bins)
  const over = { axes: [axis + 1], keep: false }
  if (bins.every(({ start, end }) => end - start === widest)) return builder.apply('mean', [binned], over)
  const values = bins.map(({ start, end }) =>
    Array.from({ length: widest }, (_, k) => (k < end - start ? 1 / (end - start) : 0)),
  )
  const shape = builder
    .typeOf(binned)
    .shape.map((_, at) => (at === axis ? bins.length : at === axis + 1 ? widest : 1))
  const weights = andThen(builder.apply('constant', [], { values }), (table) =>
    builder.apply('reshape', [table], { shape }),
  )
  const weighed = andThen(weights, (given) => builder.apply('mul', [binned, given], {}))
  return andThen(weighed, (given) => builder.apply('reduce_sum', [given], over))
}
