// Channels to pixels: what sub-pixel convolutions end with.
import { isProblem } from '../../diagnostics/diagnostic.ts'
import { scaleDim } from '../../ir/tensor.ts'
import { perAxis } from '../attribute-kinds.ts'
import { inputAt } from '../chain.ts'
import type { Composite } from '../composite.ts'
import { oneInput } from '../elementwise.ts'
import { entry, imageProblem, product } from '../extents.ts'
import { quotient, regrouped, type FactorAttributes } from '../pixel-blocks.ts'

export const pixelShuffle: Composite<'pixel_shuffle', FactorAttributes> = {
  name: 'pixel_shuffle',
  doc: `Each group of \`Π factor\` channels becomes one, \`factor\` times as large in space: \`out[c, d·r + i, h·s + j, w·t + k] = x[((c·r + i)·s + j)·t + k, d, h, w]\`
(PyTorch's \`pixel_shuffle\` in 2D, MONAI's \`pixelshuffle\` in 3D).`,
  arity: oneInput,
  attributes: { factor: perAxis({ min: 1, doc: 'How many times as large.' }) },
  expand({ builder, inputs, attributes: { factor } }) {
    const x = inputAt(inputs, 0)
    const { shape } = builder.typeOf(x)
    const refused = imageProblem('pixel_shuffle', builder.typeOf(x))
    if (refused !== undefined) return refused
    const [channels = 0, ...extents] = shape
    const kept = quotient(channels, product(factor), {
      operator: 'pixel_shuffle',
      axis: 0,
      rank: shape.length,
    })
    if (isProblem(kept)) return kept
    // [C, r, s, t, D, H, W] -> [C, D, r, H, s, W, t]
    const order = [0, ...extents.flatMap((_, axis) => [1 + extents.length + axis, 1 + axis])]
    return regrouped(builder, x, {
      parted: [kept, ...factor, ...extents],
      order,
      joined: [kept, ...extents.map((extent, axis) => scaleDim(extent, entry(factor, axis)))],
    })
  },
}
