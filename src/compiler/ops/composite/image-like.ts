// From tokens back to an image.
import { problem } from '../../diagnostics/diagnostic.ts'
import { formatShape } from '../../ir/tensor.ts'
import { andThen, inputAt, one } from '../chain.ts'
import type { Composite } from '../composite.ts'

export const imageLike: Composite<'image_like', Readonly<Record<never, never>>> = {
  name: 'image_like',
  doc: 'Tokens `[L, C]` to an image `[C, …]` with the spatial extents of `ref`: the inverse of `tokens`.',
  arity: { min: 2, max: 2, names: ['tokens', 'ref'] },
  attributes: {},
  expand({ builder, inputs }) {
    const x = inputAt(inputs, 0)
    const { shape } = builder.typeOf(x)
    const reference = builder.typeOf(inputAt(inputs, 1)).shape
    const channels = shape[1]
    if (shape.length !== 2 || channels === undefined) {
      const parts = {
        operator: 'image_like',
        operand: 0,
        shape: formatShape(shape),
        needs: 'tokens (two axes)',
      }
      return problem('operand-rank', parts)
    }
    const rows = builder.apply('permute', [x], { order: [1, 0] })
    return one(
      andThen(rows, (flat) => builder.apply('reshape', [flat], { shape: [channels, ...reference.slice(1)] })),
    )
  },
}
