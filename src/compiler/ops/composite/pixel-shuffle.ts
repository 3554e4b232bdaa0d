// Channels to pixels and back: what sub-pixel convolutions and space-to-depth stems are made of.
import { isProblem, problem, type Problem } from '../../diagnostics/diagnostic.ts'
import {
  floorDivide,
  formatDim,
  multiplyDims,
  equalDims,
  scaleDim,
  type Dim,
  type Shape,
} from '../../ir/tensor.ts'
import { perAxis, type PerAxis } from '../attribute-kinds.ts'
import { andThen, inputAt, one } from '../chain.ts'
import type { Composite, CompositeBuilder, Expanded } from '../composite.ts'
import { oneInput } from '../elementwise.ts'
import { entry, imageProblem, product } from '../extents.ts'
import { axisName } from '../words.ts'

type FactorAttributes = { readonly factor: PerAxis }

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

interface Regrouping {
  readonly parted: Shape
  readonly order: readonly number[]
  readonly joined: Shape
}

function regrouped<T>(
  builder: CompositeBuilder<T>,
  x: T,
  { parted, order, joined }: Regrouping,
): Expanded<T> | Problem {
  const apart = builder.apply('reshape', [x], { shape: parted })
  const turned = andThen(apart, (tensor) => builder.apply('permute', [tensor], { order }))
  return one(andThen(turned, (tensor) => builder.apply('reshape', [tensor], { shape: joined })))
}

interface AxisPlace {
  readonly operator: string
  readonly axis: number
  readonly rank: number
}

/** The extent over the factor, where that is whole. */
function quotient(extent: Dim, factor: number, { operator, axis, rank }: AxisPlace): Dim | Problem {
  const found = floorDivide(extent, factor)
  const whole = found === undefined ? undefined : multiplyDims(found, factor)
  if (found !== undefined && whole !== undefined && equalDims(whole, extent)) return found
  const parts = { axis: axisName(axis, rank), extent: formatDim(extent), factor }
  return problem('factor-does-not-divide', { operator, attribute: 'factor', ...parts })
}
