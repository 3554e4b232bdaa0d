// From an image to tokens.
import { andThen, inputAt, one } from '../chain.ts'
import type { Composite } from '../composite.ts'
import { oneInput } from '../elementwise.ts'
import { imageProblem } from '../extents.ts'

export const tokens: Composite<'tokens', Readonly<Record<never, never>>> = {
  name: 'tokens',
  doc: 'Image `[C, …]` to tokens `[L, C]`: one token per position, in row-major order.',
  arity: oneInput,
  attributes: {},
  expand({ builder, inputs }) {
    const x = inputAt(inputs, 0)
    const type = builder.typeOf(x)
    const refused = imageProblem('tokens', type)
    if (refused !== undefined) return refused
    const flat =
      type.shape.length === 2 ? x : builder.apply('reshape', [x], { shape: [type.shape[0] ?? 0, -1] })
    return one(andThen(flat, (rows) => builder.apply('permute', [rows], { order: [1, 0] })))
  },
}
