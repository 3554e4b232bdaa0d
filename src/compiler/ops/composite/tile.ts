// Several copies of a tensor side by side.
import { int } from '../attribute-kinds.ts'
import { axis } from '../axis-attributes.ts'
import { inputAt, one } from '../chain.ts'
import type { Composite } from '../composite.ts'
import { oneInput } from '../elementwise.ts'

type TileAttributes = { readonly count: number; readonly axis: number }

export const tile: Composite<'tile', TileAttributes> = {
  name: 'tile',
  doc: "`count` copies of the tensor side by side along one axis (PyTorch's `tile`, ONNX's and NumPy's too; the function `repeat` makes a list). Where an operand of `add` or `mul` has extent 1, it repeats without.",
  arity: oneInput,
  attributes: {
    count: int({ min: 1, doc: 'How many copies.' }),
    axis: axis({ default: 'channel', doc: 'The axis along which they lie.' }),
  },
  expand({ builder, inputs, attributes: { count, axis } }) {
    const x = inputAt(inputs, 0)
    return one(count === 1 ? x : builder.apply('concat', Array<typeof x>(count).fill(x), { axis }))
  },
}
