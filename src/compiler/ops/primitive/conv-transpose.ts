// Transposed convolution over one to three spatial axes.
import { isProblem, problem, type Problem } from '../../diagnostics/diagnostic.ts'
import { addDims, scaleDim, type Dim } from '../../ir/tensor.ts'
import { bool, int, perAxis, type PerAxis } from '../attribute-kinds.ts'
import { weightedCost } from '../cost-rules.ts'
import {
  atLeastOne,
  entry,
  groupedChannels,
  imageChannels,
  operand,
  positions,
  product,
  reshaped,
  spatialExtents,
  type Place,
} from '../extents.ts'
import { biasInit, init, weightAndBias, type InitTerm } from '../init.ts'
import type { Primitive } from '../op.ts'
import { axisName } from '../words.ts'

export type ConvTransposeAttributes = {
  readonly channels: number
  readonly kernel: PerAxis
  readonly stride: PerAxis
  readonly padding: PerAxis
  readonly output_padding: PerAxis
  readonly dilation: PerAxis
  readonly groups: number
  readonly bias: boolean
  readonly init: InitTerm
  readonly bias_init?: InitTerm
}

export const convTranspose: Primitive<'conv_transpose', ConvTransposeAttributes> = {
  name: 'conv_transpose',
  doc: `Transposed convolution (PyTorch's ConvTranspose1d, ConvTranspose2d, ConvTranspose3d), which brings a level up by its stride.

Extents become \`(extent - 1) · stride - 2 · padding + dilation · (kernel - 1) + output_padding + 1\`.
Its multiplications are counted on the *input* positions: each input value meets each weight once.`,
  arity: { min: 1, max: 1, names: ['x'] },
  attributes: {
    channels: int({ min: 1, doc: 'Output channels.' }),
    kernel: perAxis({ min: 1, doc: 'Extent of the kernel.' }),
    stride: perAxis({
      min: 1,
      default: 1,
      doc: 'Distance between the places where neighbouring input values begin.',
    }),
    padding: perAxis({ min: 0, default: 0, doc: 'Cut from both sides of the result.' }),
    output_padding: perAxis({
      min: 0,
      default: 0,
      doc: 'Added to the high side of the result; smaller than the stride or the dilation.',
    }),
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
  infer({ attributes, inputs }) {
    const { channels, kernel, groups } = attributes
    const x = operand(inputs, 0)
    const given = imageChannels('conv_transpose', x)
    if (isProblem(given)) return given
    const uneven =
      groupedChannels('conv_transpose', groups, given, 'input channel') ??
      groupedChannels('conv_transpose', groups, channels, 'output channel')
    if (uneven !== undefined) return uneven
    const extents = spatialExtents('conv_transpose', x, (extent, axis, place) =>
      grownExtent(extent, stepsOf(attributes, axis), place),
    )
    if (isProblem(extents)) return extents
    const parameters = weightAndBias(
      'conv_transpose',
      attributes,
      [given, channels / groups, ...kernel],
      channels,
    )
    if (isProblem(parameters)) return parameters
    return { output: reshaped(x, [channels, ...extents]), attributes, parameters }
  },
  cost: ({ inputs, parameters }) =>
    weightedCost(product(parameters[0]?.shape ?? []), positions(inputs[0] ?? [])),
}

interface Steps {
  readonly kernel: number
  readonly stride: number
  readonly padding: number
  readonly outputPadding: number
  readonly dilation: number
}

function stepsOf(attributes: ConvTransposeAttributes, axis: number): Steps {
  return {
    kernel: entry(attributes.kernel, axis),
    stride: entry(attributes.stride, axis),
    padding: entry(attributes.padding, axis),
    outputPadding: entry(attributes.output_padding, axis),
    dilation: entry(attributes.dilation, axis),
  }
}

function grownExtent(extent: Dim, steps: Steps, place: Place): Dim | Problem {
  const { kernel, stride, padding, outputPadding, dilation } = steps
  if (outputPadding >= stride && outputPadding >= dilation) {
    const axis = axisName(place.axis, place.rank)
    const parts = { operator: 'conv_transpose', axis, outputPadding, stride, dilation } as const
    return problem('output-padding-too-large', { ...parts, attribute: 'output_padding' })
  }
  const spread = scaleDim(addDims(extent, -1), stride)
  const result = addDims(spread, dilation * (kernel - 1) + outputPadding + 1 - 2 * padding)
  return atLeastOne(result, extent, place, () => [
    ['kernel', String(kernel)],
    ['stride', String(stride)],
    ['padding', String(padding)],
  ])
}
