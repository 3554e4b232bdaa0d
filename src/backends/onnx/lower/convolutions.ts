// Convolutions and matrix products: everything that has MACs.
import type { NodeOf } from '../../backend.ts'
import { entry } from '../../../compiler/ops/extents.ts'
import type { Step } from '../builder.ts'
import type { ConvWithAttributes } from '../../../compiler/ops/primitive/conv-with.ts'
import { int, ints, type OnnxAttributes } from '../model.ts'
import { align, perChannel } from './broadcast.ts'

export function lowerConv({ attributes }: NodeOf<'conv'>, step: Step): string {
  return step.finish(
    'Conv',
    [step.input(), step.parameter(0), step.parameter(1)],
    settingsOf(attributes, attributes.kernel),
  )
}

export function lowerConvWith({ attributes }: NodeOf<'conv_with'>, step: Step): string {
  const kernel = step.inputType(1).shape.slice(2).map(Number)
  return step.finish('Conv', step.inputs(), settingsOf(attributes, kernel))
}

function settingsOf(
  { stride, padding, dilation, groups }: ConvWithAttributes,
  kernel: readonly number[],
): OnnxAttributes {
  return {
    kernel_shape: ints(kernel),
    strides: ints(stride),
    pads: ints([...padding.map(([low]) => low), ...padding.map(([, high]) => high)]),
    dilations: ints(dilation),
    group: int(groups),
  }
}

export function lowerConvTranspose({ attributes, type }: NodeOf<'conv_transpose'>, step: Step): string {
  const { kernel, stride, padding, output_padding, dilation, groups } = attributes
  const settings = {
    kernel_shape: ints(kernel),
    strides: ints(stride),
    dilations: ints(dilation),
    group: int(groups),
  }
  const inputs = [step.input(), step.parameter(0)]
  if (output_padding.every((extra, axis) => extra < entry(stride, axis))) {
    return step.finish('ConvTranspose', [...inputs, step.parameter(1)], {
      ...settings,
      pads: ints([...padding, ...padding]),
      output_padding: ints(output_padding),
    })
  }
  // Runtimes refuse it, though a dilation beyond the stride gives it a meaning: less is cut from the end, and zeros are added.
  const cut = padding.map((one, axis) => Math.max(0, one - entry(output_padding, axis)))
  const added = padding.map((one, axis) => Math.max(0, entry(output_padding, axis) - one))
  const full = step.prepare('full', 'ConvTranspose', inputs, {
    ...settings,
    pads: ints([...padding, ...cut]),
  })
  const pads = step.ints('pads', [...Array<number>(padding.length + 4).fill(0), ...added])
  if (!attributes.bias) return step.finish('Pad', [full, pads])
  const bias = perChannel(step, 'bias', step.parameter(1), type.shape.length - 1)
  return step.finish('Add', [step.prepare('padded', 'Pad', [full, pads]), bias])
}

/** The weight stays in its own layout `[out, in]`; runtimes transpose a constant once. */
export function lowerLinear({ attributes }: NodeOf<'linear'>, step: Step): string {
  const weight = step.prepare('weight_t', 'Transpose', [step.parameter(0)], { perm: ints([1, 0]) })
  if (!attributes.bias) return step.finish('MatMul', [step.input(), weight])
  return step.finish('Add', [step.prepare('matmul', 'MatMul', [step.input(), weight]), step.parameter(1)])
}

export function lowerMatmul({ attributes }: NodeOf<'matmul'>, step: Step): string {
  const [a = '', b = ''] = align(step)
  if (!attributes.transpose_b) return step.finish('MatMul', [a, b])
  const { shape, batched } = step.inputType(1)
  const rank = alignedRank(step, shape.length, batched)
  const order = Array.from({ length: rank }, (_, axis) => axis)
  const perm = [...order.slice(0, -2), rank - 1, rank - 2]
  return step.finish('MatMul', [a, step.prepare('b_t', 'Transpose', [b], { perm: ints(perm) })])
}

/** The rank of the second operand once `align` has given it the axes that it lacks. */
function alignedRank(step: Step, rank: number, batched: boolean): number {
  return batched ? Math.max(rank, step.inputType(0).shape.length) + 1 : rank
}
