// The way back of a max pool: every value where the greatest of its window was.
import { isProblem, problem, type Problem } from '../../diagnostics/diagnostic.ts'
import { equalShapes, formatShape, type TensorType } from '../../ir/tensor.ts'
import { bool, perAxis, perAxisOr, type PerAxis } from '../attribute-kinds.ts'
import { free } from '../elementwise.ts'
import { entry, imageProblem, operand } from '../extents.ts'
import type { Primitive } from '../op.ts'
import { pooled, strideOrKernel } from '../pooling.ts'
import { axisName } from '../words.ts'

type MaxUnpoolWith<Stride> = {
  readonly kernel: PerAxis
  readonly stride: Stride
  readonly padding: PerAxis
  readonly ceil_mode: boolean
}

export type MaxUnpoolAttributes = MaxUnpoolWith<PerAxis>

const operator = 'max_unpool'

export const maxUnpool: Primitive<'max_unpool', MaxUnpoolAttributes, MaxUnpoolWith<PerAxis | 'kernel'>> = {
  name: operator,
  doc: `Undoes \`image -> max_pool(kernel, …)\` for another tensor of the pooled extents: an image like \`image\` with each element of \`x\` where its window of
\`image\` has its greatest value, the first in row-major order where several are equal, and 0 elsewhere (PyTorch's MaxUnpool1d to 3d with the indices that
\`return_indices\` gives). Windows stand apart: \`kernel\` is at most \`stride\`. Gradients flow to \`x\` alone.`,
  arity: { min: 2, max: 2, names: ['x', 'image'] },
  attributes: {
    kernel: perAxis({ min: 1, doc: 'Extent of the window, as in the pool.' }),
    stride: perAxisOr('kernel', {
      min: 1,
      default: 'kernel',
      doc: 'Step of the window; the kernel if not given.',
    }),
    padding: perAxis({ min: 0, default: 0, doc: 'As in the pool.' }),
    ceil_mode: bool({ default: false, doc: 'As in the pool.' }),
  },
  infer({ attributes: request, inputs }) {
    const attributes = { ...request, stride: strideOrKernel(request.stride, request.kernel) }
    const [x, image] = [operand(inputs, 0), operand(inputs, 1)]
    const refused = imageProblem(operator, x) ?? unlikeProblem(x, image) ?? overlapProblem(attributes)
    if (refused !== undefined) return refused
    const expected = pooled(operator, image, attributes)
    if (isProblem(expected)) return expected
    if (!equalShapes(x.shape, expected.shape)) {
      const shapes = { shape: formatShape(x.shape), image: formatShape(image.shape) }
      return problem('unpool-shape', { operator, operand: 0, ...shapes, pooled: formatShape(expected.shape) })
    }
    return { output: image, attributes, parameters: [] }
  },
  cost: free,
}

function unlikeProblem(x: TensorType, image: TensorType): Problem | undefined {
  const shapes = { operator, operand: 1, shape: formatShape(image.shape) }
  if (!image.batched) return problem('operand-unbatched', shapes)
  return x.shape.length === image.shape.length
    ? undefined
    : problem('ranks-disagree', { ...shapes, reference: formatShape(x.shape) })
}

/** Where windows share elements, two values may fall on one place, and which of them stays is chance in PyTorch. */
function overlapProblem({ kernel, stride }: MaxUnpoolAttributes): Problem | undefined {
  const axis = kernel.findIndex((taps, at) => taps > entry(stride, at))
  if (axis === -1) return undefined
  return problem('unpool-overlap', {
    operator,
    attribute: 'stride',
    axis: axisName(axis + 1, kernel.length + 1),
    kernel: entry(kernel, axis),
    stride: entry(stride, axis),
  })
}
