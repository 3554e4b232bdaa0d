// Convolution over one to three spatial axes.
import { isProblem, type Problem } from '../../diagnostics/diagnostic.ts'
import { bool, int, perAxis, type PerAxis } from '../attribute-kinds.ts'
import { weightedCost } from '../cost-rules.ts'
import {
  entry,
  groupedChannels,
  imageChannels,
  operand,
  positions,
  product,
  reshaped,
  spatialExtents,
  windowExtent,
} from '../extents.ts'
import { biasInit, init, weightAndBias, type InitTerm } from '../init.ts'
import type { Inference, InferenceInput, Primitive } from '../op.ts'
import { padding, resolvePadding, type AxisPadding, type PaddingRequest } from '../padding.ts'

type ConvWith<Padding> = {
  readonly channels: number
  readonly kernel: PerAxis
  readonly stride: PerAxis
  readonly padding: Padding
  readonly dilation: PerAxis
  readonly groups: number
  readonly bias: boolean
  readonly init: InitTerm
  readonly bias_init?: InitTerm
}

export type ConvRequest = ConvWith<PaddingRequest>
export type ConvAttributes = ConvWith<AxisPadding>

export const conv: Primitive<'conv', ConvAttributes, ConvRequest> = {
  name: 'conv',
  doc: `Convolution (cross-correlation, as in PyTorch's Conv1d, Conv2d, Conv3d).

Extents become \`floor((extent + low + high - dilation · (kernel - 1) - 1) / stride) + 1\`.
\`padding = half\` pads \`floor(dilation · (kernel - 1) / 2)\` on both sides whatever the stride; \`same\` keeps the extent (stride 1 only; an odd
total puts the extra one on the high side, as PyTorch's \`'same'\`); \`valid\` pads nothing.`,
  arity: { min: 1, max: 1, names: ['x'] },
  attributes: {
    channels: int({ min: 1, doc: 'Output channels.' }),
    kernel: perAxis({ min: 1, doc: 'Extent of the kernel.' }),
    stride: perAxis({ min: 1, default: 1, doc: 'Step of the kernel.' }),
    padding: padding({ default: 'half', doc: 'Zeros added on both sides of each spatial axis.' }),
    dilation: perAxis({ min: 1, default: 1, doc: 'Distance between taps.' }),
    groups: int({
      min: 1,
      default: 1,
      doc: 'Groups of channels that are convolved apart; divides input and output channels.',
    }),
    bias: bool({ default: true, doc: 'Add a learned constant per output channel.' }),
    init: init({
      default: 'torch',
      doc: 'How the weight begins.',
    }),
    bias_init: biasInit(),
  },
  infer({ attributes: request, inputs }) {
    const resolved = resolvePadding('conv', request)
    return isProblem(resolved)
      ? resolved
      : inferConv({ attributes: { ...request, padding: resolved }, inputs })
  },
  cost: ({ output, parameters }) => weightedCost(product(parameters[0]?.shape ?? []), positions(output)),
}

function inferConv({
  attributes,
  inputs,
}: InferenceInput<ConvAttributes>): Inference<ConvAttributes> | Problem {
  const { channels, kernel, stride, dilation, groups } = attributes
  const x = operand(inputs, 0)
  const given = imageChannels('conv', x)
  if (isProblem(given)) return given
  const uneven =
    groupedChannels('conv', groups, given, 'input channel') ??
    groupedChannels('conv', groups, channels, 'output channel')
  if (uneven !== undefined) return uneven
  const extents = spatialExtents('conv', x, (extent, axis, place) => {
    const [low, high] = attributes.padding[axis] ?? [0, 0]
    const window = {
      kernel: entry(kernel, axis),
      stride: entry(stride, axis),
      low,
      high,
      dilation: entry(dilation, axis),
    }
    return windowExtent(extent, window, place)
  })
  if (isProblem(extents)) return extents
  const parameters = weightAndBias('conv', attributes, [channels, given / groups, ...kernel], channels)
  if (isProblem(parameters)) return parameters
  return { output: reshaped(x, [channels, ...extents]), attributes, parameters }
}
