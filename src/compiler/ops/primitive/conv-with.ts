// Convolution with a weight that the network computes.
import { isProblem, problem, type Problem } from '../../diagnostics/diagnostic.ts'
import { formatShape, type TensorType } from '../../ir/tensor.ts'
import { int, perAxis, type PerAxis } from '../attribute-kinds.ts'
import {
  entry,
  fixedExtent,
  groupedChannels,
  imageChannels,
  operand,
  positions,
  concreteCount,
  reshaped,
  spatialExtents,
  windowExtent,
} from '../extents.ts'
import type { InferenceInput, Primitive } from '../op.ts'
import { padding, resolvePadding, type AxisPadding, type PaddingRequest } from '../padding.ts'

type ConvWithOf<Padding> = {
  readonly stride: PerAxis
  readonly padding: Padding
  readonly dilation: PerAxis
  readonly groups: number
}

export type ConvWithAttributes = ConvWithOf<AxisPadding>

export const convWith: Primitive<'conv_with', ConvWithAttributes, ConvWithOf<PaddingRequest>> = {
  name: 'conv_with',
  doc: `Convolution whose weight is a tensor, \`[out, in / groups, …kernel]\` without a batch, as it is computed for weight standardisation. Otherwise as
\`conv\`; add a bias with \`+\`.`,
  arity: { min: 2, max: 2, names: ['x', 'weight'] },
  attributes: {
    stride: perAxis({ min: 1, default: 1, doc: 'Step of the kernel.' }),
    padding: padding({ default: 'half', doc: 'Zeros added on both sides of each spatial axis.' }),
    dilation: perAxis({ min: 1, default: 1, doc: 'Distance between taps.' }),
    groups: int({ min: 1, default: 1, doc: 'Groups of channels that are convolved apart.' }),
  },
  infer({ attributes: request, inputs }) {
    const weight = weightShape({ attributes: request, inputs })
    if (isProblem(weight)) return weight
    const [channels = 0, , ...kernel] = weight
    const resolved = resolvePadding('conv_with', { ...request, kernel })
    if (isProblem(resolved)) return resolved
    const attributes = { ...request, padding: resolved }
    const x = operand(inputs, 0)
    const extents = spatialExtents('conv_with', x, (extent, axis, place) => {
      const [low, high] = resolved[axis] ?? [0, 0]
      const [stride, dilation] = [entry(request.stride, axis), entry(request.dilation, axis)]
      return windowExtent(extent, { kernel: entry(kernel, axis), stride, low, high, dilation }, place)
    })
    if (isProblem(extents)) return extents
    return { output: reshaped(x, [channels, ...extents]), attributes, parameters: [] }
  },
  cost: ({ inputs, output }) => ({
    macs: concreteCount(inputs[1] ?? []) * positions(output),
    weightUses: 0,
  }),
}

/** The weight's extents, if it fits the image. */
function weightShape({
  attributes: { groups },
  inputs,
}: InferenceInput<{ readonly groups: number }>): readonly number[] | Problem {
  const operator = 'conv_with'
  const [x, weight] = [operand(inputs, 0), operand(inputs, 1)]
  const given = imageChannels(operator, x)
  if (isProblem(given)) return given
  if (weight.batched)
    return problem('weight-per-sample', { operator, operand: 1, shape: formatShape(weight.shape) })
  const shape = numbers(weight, x.shape.length + 1)
  if (isProblem(shape)) return shape
  const [channels = 0, read = 0] = shape
  const uneven =
    groupedChannels(operator, groups, given, 'input channel') ??
    groupedChannels(operator, groups, channels, 'output channel')
  if (uneven !== undefined) return uneven
  if (read * groups === given) return shape
  return problem('weight-channels', { operator, operand: 1, channels: given, groups, read })
}

function numbers(weight: TensorType, rank: number): readonly number[] | Problem {
  const { shape } = weight
  if (shape.length !== rank) {
    const needs = `a weight of ${rank} axes (out, in / groups and the kernel's)`
    return problem('operand-rank', { operator: 'conv_with', operand: 1, shape: formatShape(shape), needs })
  }
  const extents: number[] = []
  for (const axis of shape.keys()) {
    const extent = fixedExtent('conv_with', weight, axis, `axis ${axis} of the weight`)
    if (isProblem(extent)) return extent
    extents.push(extent)
  }
  return extents
}
