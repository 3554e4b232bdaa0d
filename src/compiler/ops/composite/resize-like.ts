// Interpolation to the size of another tensor.
import { problem } from '../../diagnostics/diagnostic.ts'
import { equalShapes, formatShape } from '../../ir/tensor.ts'
import { bool, word } from '../attribute-kinds.ts'
import { inputAt, one } from '../chain.ts'
import type { Composite } from '../composite.ts'

type ResizeLikeAttributes = { readonly mode: 'nearest' | 'linear' | 'cubic'; readonly align_corners: boolean }

export const resizeLike: Composite<'resize_like', ResizeLikeAttributes> = {
  name: 'resize_like',
  doc: 'Interpolates the spatial axes of `x` to the extents of those of `ref` (`resize` with a size); the tensor itself where they are equal.',
  arity: { min: 2, max: 2, names: ['x', 'ref'] },
  attributes: {
    mode: word(['nearest', 'linear', 'cubic'], { default: 'nearest', doc: 'Interpolation, as in `resize`.' }),
    align_corners: bool({
      default: false,
      doc: 'Line up the centres of the corner elements; not with `nearest`.',
    }),
  },
  expand({ builder, inputs, attributes }) {
    const x = inputAt(inputs, 0)
    const { shape } = builder.typeOf(x)
    const reference = builder.typeOf(inputAt(inputs, 1)).shape
    if (shape.length !== reference.length) {
      const shapes = { shape: formatShape(reference), reference: formatShape(shape) }
      return problem('ranks-disagree', { operator: 'resize_like', operand: 1, ...shapes })
    }
    const size = reference.slice(1)
    return one(equalShapes(shape.slice(1), size) ? x : builder.apply('resize', [x], { size, ...attributes }))
  },
}
