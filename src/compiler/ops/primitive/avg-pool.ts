// Mean of each window.
import { isProblem } from '../../diagnostics/diagnostic.ts'
import { bool, perAxis, perAxisOr, type PerAxis } from '../attribute-kinds.ts'
import { freeCost } from '../cost-rules.ts'
import { operand } from '../extents.ts'
import type { Primitive } from '../op.ts'
import { pooled, strideOrKernel } from '../pooling.ts'

type AvgPoolWith<Stride> = {
  readonly kernel: PerAxis
  readonly stride: Stride
  readonly padding: PerAxis
  readonly ceil_mode: boolean
  readonly count_include_pad: boolean
}

export type AvgPoolAttributes = AvgPoolWith<PerAxis>

export const avgPool: Primitive<'avg_pool', AvgPoolAttributes, AvgPoolWith<PerAxis | 'kernel'>> = {
  name: 'avg_pool',
  doc: `Mean of each window (PyTorch's AvgPool1d, AvgPool2d, AvgPool3d). Extents as in \`max_pool\`.

With \`ceil_mode\` a window that runs past the high padding is divided by the elements within input and padding only. A kernel beyond the
extent is allowed where padding makes room for it, on any number of axes (PyTorch refuses it in 3D).`,
  arity: { min: 1, max: 1, names: ['x'] },
  attributes: {
    kernel: perAxis({ min: 1, doc: 'Extent of the window.' }),
    stride: perAxisOr('kernel', {
      min: 1,
      default: 'kernel',
      doc: 'Step of the window; the kernel if not given.',
    }),
    padding: perAxis({ min: 0, default: 0, doc: 'Zeros added on both sides; at most half of the window.' }),
    ceil_mode: bool({
      default: false,
      doc: 'Round the extent up, so that an incomplete last window counts.',
    }),
    count_include_pad: bool({ default: true, doc: 'Count padded zeros in the divisor.' }),
  },
  infer({ attributes: request, inputs }) {
    const attributes = { ...request, stride: strideOrKernel(request.stride, request.kernel) }
    const output = pooled('avg_pool', operand(inputs, 0), attributes)
    return isProblem(output) ? output : { output, attributes, parameters: [] }
  },
  cost: () => freeCost,
}
