// Greatest value of each window.
import { isProblem } from '../../diagnostics/diagnostic.ts'
import { bool, perAxis, perAxisOr, type PerAxis } from '../attribute-kinds.ts'
import { freeCost } from '../cost-rules.ts'
import { operand } from '../extents.ts'
import type { Primitive } from '../op.ts'
import { emptyWindow, pooled, strideOrKernel } from '../pooling.ts'

type MaxPoolWith<Stride> = {
  readonly kernel: PerAxis
  readonly stride: Stride
  readonly padding: PerAxis
  readonly dilation: PerAxis
  readonly ceil_mode: boolean
}

export type MaxPoolAttributes = MaxPoolWith<PerAxis>

export const maxPool: Primitive<'max_pool', MaxPoolAttributes, MaxPoolWith<PerAxis | 'kernel'>> = {
  name: 'max_pool',
  doc: `Greatest value of each window (PyTorch's MaxPool1d, MaxPool2d, MaxPool3d); padding never wins.

Extents become \`floor((extent + 2 · padding - dilation · (kernel - 1) - 1) / stride) + 1\`; with \`ceil_mode\` the quotient is rounded up, unless the
last window would then start beyond the input and its low padding.`,
  arity: { min: 1, max: 1, names: ['x'] },
  attributes: {
    kernel: perAxis({ min: 1, doc: 'Extent of the window.' }),
    stride: perAxisOr('kernel', {
      min: 1,
      default: 'kernel',
      doc: 'Step of the window; the kernel if not given.',
    }),
    padding: perAxis({ min: 0, default: 0, doc: 'Added on both sides; at most half of the window.' }),
    dilation: perAxis({ min: 1, default: 1, doc: 'Distance between the elements of a window.' }),
    ceil_mode: bool({
      default: false,
      doc: 'Round the extent up, so that an incomplete last window counts.',
    }),
  },
  infer({ attributes: request, inputs }) {
    const attributes = { ...request, stride: strideOrKernel(request.stride, request.kernel) }
    const output = pooled('max_pool', operand(inputs, 0), attributes)
    return isProblem(output) ? output : { output, attributes, parameters: [] }
  },
  cost: () => freeCost,
  emptyWindow: ({ attributes, inputs: [x = []], output }) => emptyWindow(x, output, attributes),
}
