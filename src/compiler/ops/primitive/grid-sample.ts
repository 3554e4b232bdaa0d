// Sampling of an image at places that a second tensor gives.
import { isProblem, problem, type Problem } from '../../diagnostics/diagnostic.ts'
import { equalDims, formatShape, type Dim, type Shape, type TensorType } from '../../ir/tensor.ts'
import { extentsDisagree } from '../agreement.ts'
import { bool, word } from '../attribute-kinds.ts'
import { free } from '../elementwise.ts'
import { operand, reshaped } from '../extents.ts'
import type { Primitive } from '../op.ts'

export type GridSampleAttributes = {
  readonly mode: 'linear' | 'nearest'
  readonly padding: 'zeros' | 'border' | 'reflection'
  readonly align_corners: boolean
}

const operator = 'grid_sample'

export const gridSample: Primitive<'grid_sample', GridSampleAttributes> = {
  name: operator,
  doc: `The image at places given by \`grid\` (PyTorch's \`grid_sample\`): \`C×H×W\` at \`H'×W'×2\` gives \`C×H'×W'\`, \`C×D×H×W\` at \`D'×H'×W'×3\` gives \`C×D'×H'×W'\`.
Leading axes that both have, such as heads, are samplings of their own.

The last axis of \`grid\` holds coordinates, that of the _last_ axis of the image first, from -1 at its low edge to 1 at its high edge. Coordinate \`c\` lies at
element \`((c + 1) · extent - 1) / 2\`, or \`(c + 1) · (extent - 1) / 2\` with \`align_corners\`; \`linear\` is bilinear or trilinear between its neighbours,
\`nearest\` rounds, half to even. Gradients flow to the image and, with \`linear\`, to the coordinates.`,
  arity: { min: 2, max: 2, names: ['x', 'grid'] },
  attributes: {
    mode: word(['linear', 'nearest'], { default: 'linear', doc: 'Interpolation.' }),
    padding: word(['zeros', 'border', 'reflection'], {
      default: 'zeros',
      doc: 'What lies beyond the edges: zeros, the element at the edge, or the image mirrored.',
    }),
    align_corners: bool({
      default: false,
      doc: 'Let -1 and 1 be the centres of the elements at the edges, not the edges themselves.',
    }),
  },
  infer({ attributes, inputs }) {
    const output = sampled(operand(inputs, 0), operand(inputs, 1))
    return isProblem(output) ? output : { output, attributes, parameters: [] }
  },
  cost: free,
}

/** How many axes lead both operands, before the channels of the image and the extents of the grid. */
export const leadingAxes = (x: Shape, grid: Shape): number => x.length - 1 - Number(grid.at(-1))

function sampled(x: TensorType, grid: TensorType): TensorType | Problem {
  const unbatched = [x, grid].findIndex(({ batched }) => !batched)
  if (unbatched !== -1)
    return problem('operand-unbatched', {
      operator,
      operand: unbatched,
      shape: formatShape(unbatched === 0 ? x.shape : grid.shape),
    })
  const coordinates = grid.shape.at(-1)
  if (coordinates !== 2 && coordinates !== 3)
    return unlike(1, grid.shape, 'a grid whose last axis holds 2 or 3 coordinates')
  const lead = leadingAxes(x.shape, grid.shape)
  if (lead < 0)
    return unlike(0, x.shape, `channels and ${coordinates} spatial axes, as many as there are coordinates`)
  if (grid.shape.length !== lead + coordinates + 1)
    return unlike(
      1,
      grid.shape,
      `a grid of ${lead + coordinates + 1} axes for an image ${formatShape(x.shape)}`,
    )
  return leadingDisagreement(x.shape, grid.shape, lead) ?? reshaped(x, shapeOf(x.shape, grid.shape, lead))
}

function unlike(at: number, shape: Shape, needs: string): Problem {
  return problem('operand-rank', { operator, operand: at, shape: formatShape(shape), needs })
}

function leadingDisagreement(reference: Shape, shape: Shape, lead: number): Problem | undefined {
  const axis = reference.slice(0, lead).findIndex((extent, at) => !equalDims(extent, shape[at] ?? 0))
  const hint = { kind: 'none' } as const
  return axis === -1 ? undefined : extentsDisagree({ operator, operand: 1, shape, reference, axis, hint })
}

function shapeOf(x: Shape, grid: Shape, lead: number): Dim[] {
  return [...x.slice(0, lead + 1), ...grid.slice(lead, -1)]
}
