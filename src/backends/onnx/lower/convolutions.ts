// Convolutions and matrix products: everything that has MACs.
import type { NodeOf } from '../../backend.ts'
import type { Step } from '../builder.ts'
import { int, ints } from '../model.ts'
import { align } from './broadcast.ts'

export function lowerConv({ attributes }: NodeOf<'conv'>, step: Step): string {
  const { kernel, stride, padding, dilation, groups } = attributes
  return step.finish('Conv', [step.input(), step.parameter(0), step.parameter(1)], {
    kernel_shape: ints(kernel),
    strides: ints(stride),
    pads: ints([...padding.map(([low]) => low), ...padding.map(([, high]) => high)]),
    dilations: ints(dilation),
    group: int(groups),
  })
}

export function lowerConvTranspose({ attributes }: NodeOf<'conv_transpose'>, step: Step): string {
  const { kernel, stride, padding, output_padding, dilation, groups } = attributes
  return step.finish('ConvTranspose', [step.input(), step.parameter(0), step.parameter(1)], {
    kernel_shape: ints(kernel),
    strides: ints(stride),
    pads: ints([...padding, ...padding]),
    output_padding: ints(output_padding),
    dilations: ints(dilation),
    group: int(groups),
  })
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
