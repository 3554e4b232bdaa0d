// Pixels to channels: what space-to-depth stems begin with.
import { isProblem } from '../../diagnostics/diagnostic.ts'
import { scaleDim, type Dim } from '../../ir/tensor.ts'
import { perAxis } from '../attribute-kinds.ts'
import { inputAt } from '../chain.ts'
import type { Composite } from '../composite.ts'
import { oneInput } from '../elementwise.ts'
import { entry, imageProblem, product } from '../extents.ts'
import { quotient, regrouped, type FactorAttributes } from '../pixel-blocks.ts'

export const pixelUnshuffle: Composite<'pixel_unshuffle', FactorAttributes> = {
  name: 'pixel_unshuffle',
  doc: 'The inverse of `pixel_shuffle`: each block of `factor` pixels becomes one pixel with as many times the channels.',
  arity: oneInput,
  attributes: { factor: perAxis({ min: 1, doc: 'How many times as small.' }) },
  expand({ builder, inputs, attributes: { factor } }) {
    const x = inputAt(inputs, 0)
    const { shape } = builder.typeOf(x)
    const refused = imageProblem('pixel_unshuffle', builder.typeOf(x))
    if (refused !== undefined) return refused
    const [channels = 0, ...extents] = shape
    const left: Dim[] = []
    for (const [axis, extent] of extents.entries()) {
      const place = { operator: 'pixel_unshuffle', axis: axis + 1, rank: shape.length }
      const one = quotient(extent, entry(factor, axis), place)
      if (isProblem(one)) return one
      left.push(one)
    }
    // [C, D, r, H, s, W, t] -> [C, r, s, t, D, H, W]
    const blocks = left.map((_, axis) => 2 * axis + 1)
    return regrouped(builder, x, {
      parted: [channels, ...left.flatMap((extent, axis) => [extent, entry(factor, axis)])],
      order: [0, ...blocks.map((axis) => axis + 1), ...blocks],
      joined: [scaleDim(channels, product(factor)), ...left],
    })
  },
}
