// Interpolation of the spatial axes.
import { isProblem, problem, type Problem } from '../../diagnostics/diagnostic.ts'
import { formatFactor, scaleDim, type Dim, type Shape, type TensorType } from '../../ir/tensor.ts'
import { attribute, bool, orWord, word, wrongType, type Declared } from '../attribute-kinds.ts'
import { dimPerAxis, perSpatialAxis } from '../extent-attributes.ts'
import type { AttributeSpec } from '../attrs.ts'
import { free } from '../elementwise.ts'
import {
  atLeastOne,
  dividedExtent,
  entry,
  imageProblem,
  operand,
  reshaped,
  spatialExtents,
  type Place,
} from '../extents.ts'
import type { Primitive } from '../op.ts'

export type ResizeAttributes = {
  readonly size: Shape | 'none'
  readonly scale: readonly number[] | 'none'
  readonly mode: 'nearest' | 'linear' | 'cubic'
  readonly align_corners: boolean
}

export const resize: Primitive<'resize', ResizeAttributes> = {
  name: 'resize',
  doc: `Interpolates the spatial axes (PyTorch's \`interpolate\`). Give exactly one of \`size\` and \`scale\`; a scale gives \`floor(extent · scale)\`.

\`nearest\` takes source \`floor(i · extent / result)\`; \`linear\` is linear, bilinear or trilinear with source \`(i + 0.5) · extent / result - 0.5\`, clamped
below at 0, or \`i · (extent - 1) / (result - 1)\` with \`align_corners\`; \`cubic\` is bicubic, for images of two spatial axes, from the same source without the clamp: the four elements around it weighed by Keys' kernel with
a = -0.75, those beyond an end replaced by the end. Where \`scale\` is given, \`1 / scale\` takes the place of \`extent / result\`; \`linear\` copies an axis whose scale keeps its extent, as PyTorch does.`,
  arity: { min: 1, max: 1, names: ['x'] },
  attributes: {
    size: orWord('none', dimPerAxis({ min: 1, doc: 'Spatial extents of the result.' })),
    scale: orWord('none', scales({ doc: 'Factor of each spatial axis.' })),
    mode: word(['nearest', 'linear', 'cubic'], { default: 'nearest', doc: 'Interpolation.' }),
    align_corners: bool({
      default: false,
      doc: 'Line up the centres of the corner elements; not with `nearest`.',
    }),
  },
  infer({ attributes, inputs }) {
    const x = operand(inputs, 0)
    const refused = imageProblem('resize', x) ?? choiceProblem(attributes) ?? cubicProblem(attributes, x)
    if (refused !== undefined) return refused
    const extents = resizedExtents(attributes, x)
    if (isProblem(extents)) return extents
    return { output: reshaped(x, [x.shape[0] ?? 0, ...extents]), attributes, parameters: [] }
  },
  cost: free,
}

function choiceProblem({ size, scale, mode, align_corners }: ResizeAttributes): Problem | undefined {
  const operator = 'resize'
  if ((size === 'none') === (scale === 'none')) {
    const names = ['size', 'scale']
    return problem('attribute-choice', { operator, names, given: size === 'none' ? [] : names })
  }
  if (align_corners && mode === 'nearest')
    return problem('align-corners-mode', { operator, attribute: 'align_corners' })
  return undefined
}

/** PyTorch and ONNX Runtime have the kernel for planes alone. */
function cubicProblem({ mode }: ResizeAttributes, x: TensorType): Problem | undefined {
  const axes = x.shape.length - 1
  return mode === 'cubic' && axes !== 2 ? problem('cubic-axes', { operator: 'resize', axes }) : undefined
}

function resizedExtents({ size, scale }: ResizeAttributes, x: TensorType): Shape | Problem {
  if (size !== 'none') return size
  return spatialExtents('resize', x, (extent, axis, place) => {
    const factor = entry(scale === 'none' ? [] : scale, axis)
    const result =
      typeof extent === 'number' ? Math.floor(extent * factor) : scaledExtent(extent, factor, place)
    return isProblem(result) ? result : atLeastOne(result, extent, place, () => [['scale', String(factor)]])
  })
}

/** `floor(extent · factor)` of a free extent, for factors that are fractions with a small denominator. */
function scaledExtent(extent: Dim, factor: number, place: Place): Dim | Problem {
  for (let under = 1; under <= 64; under++) {
    const over = Math.round(factor * under)
    if (over / under === factor) return dividedExtent(scaleDim(extent, over), under, extent, place)
  }
  return problem('extent-not-affine', {
    operator: place.operator,
    extent: `${factor}·${formatFactor(extent)}`,
  })
}

function scales(declared: Declared): AttributeSpec<readonly number[]> {
  const schema = { type: 'array', items: { type: 'number', exclusiveMinimum: 0 } }
  const type = 'a positive number, or one per spatial axis'
  return attribute(declared, { type: 'float per axis', schema }, (raw, context) =>
    perSpatialAxis(raw, context, (one) =>
      typeof one === 'number' && one > 0 && one < Infinity ? one : wrongType(one, context, type),
    ),
  )
}
